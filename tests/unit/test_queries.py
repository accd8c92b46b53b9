"""What a person's query may cost: one that the engine does not stop is stopped with its process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

SCRIPT = """
import sys
from pathlib import Path
from linkstrata import queries
from linkstrata.cli import main
from linkstrata.settings import settings_from_environment

queries.SECONDS, queries.PATIENCE = 0.3, 0.7
if sys.argv[2] == "sql":
    queries.run_query(settings_from_environment(Path(sys.argv[1])), sys.stdin.read(), "csv", None)
else:
    sys.argv = ["linkstrata", *sys.argv[3:], "--where", sys.stdin.read(), "--data", sys.argv[1]]
    main()
"""


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("select length(lpad('x', 2000000000, 'y'))", id="one call that lasts for minutes"),
        pytest.param(" union all ".join(["select 1"] * 20_000), id="a plan that lasts for minutes"),
    ],
)
def test_a_query_that_the_engine_cannot_stop_ends_in_time_with_one_line(tmp_path: Path, query: str) -> None:
    published = tmp_path / "warehouse" / "linkstrata.duckdb"
    published.parent.mkdir()
    duckdb.connect(str(published)).close()
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, tmp_path, "sql"], input=query, capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "linkstrata: stopped after 1 seconds: ask for less, or in simpler words\n"


@pytest.mark.parametrize("command", [["tag", "add", "x"], ["tag", "remove", "x"], ["segment", "save", "x"]])
@pytest.mark.parametrize(
    ("predicate", "said"),
    [
        pytest.param("length(lpad('x', 2000000000, 'y')) = 1", "stopped after 1 seconds", id="one call for minutes"),
        pytest.param(
            "(select count(*) from range(100000000000) as r(n) where n % 7 = 3) > 1", "stopped after 0.3", id="long"
        ),
        pytest.param(
            "(select max(len(l)) from (select list(repeat('x', 9999) || n) as l from range(100000000) as r(n))) > 1",
            "more memory",
            id="large",
        ),
    ],
)
def test_a_predicate_is_held_to_the_same_and_leaves_nothing_half_done(
    tmp_path: Path, command: list[str], predicate: str, said: str
) -> None:
    published = tmp_path / "warehouse" / "linkstrata.duckdb"
    published.parent.mkdir()
    with duckdb.connect(str(published)) as connection:
        connection.execute("create table contacts as select 'o' as owner, 'p' as person_id, 'u' as profile_url")
        connection.execute("create table person_keys as select 'p' as person_id, 'slug:u' as person_key")
    script = SCRIPT.replace("0.3, 0.7", "60, 60") if said == "more memory" else SCRIPT
    ended = subprocess.run(
        [sys.executable, "-c", script, tmp_path, "predicate", *command],
        input=predicate,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert said in line and line.startswith("linkstrata: ")
    assert not (tmp_path / "curation.sqlite").exists()
