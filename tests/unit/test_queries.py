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
from linkstrata.settings import settings_from_environment

queries.SECONDS, queries.PATIENCE = 0.3, 0.7
queries.run_query(settings_from_environment(Path(sys.argv[1])), sys.stdin.read(), "csv", None)
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
        [sys.executable, "-c", SCRIPT, tmp_path], input=query, capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "linkstrata: stopped after 1 seconds: ask for less, or in simpler words\n"
