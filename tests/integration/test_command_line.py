"""What a person meets at the command line: exit statuses, one-line errors, where a question may be asked from, and what
a command that needs no run does not import.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import polars as pl
import pytest

from linkstrata.cli import commands

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
TODAY = "2026-12-01"


@pytest.fixture(scope="module")
def sample_files() -> list[Path]:
    return sorted(path for path in SAMPLE.iterdir() if path.suffix in {".zip", ".xlsx", ".csv"})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, sample_files: list[Path]) -> Path:
    """A data home that has read the sample."""
    home = tmp_path_factory.mktemp("home")
    done = command(home, "ingest", *sample_files)
    assert done.returncode == 0, done.stderr
    return home


def command(
    home: Path, *words: str | Path, options: tuple[str, ...] = (), folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs one linkstrata command as a process of its own, with nothing in the environment that names a home."""
    return subprocess.run(
        [sys.executable, *options, "-m", "linkstrata.cli", *map(str, words), "--data", str(home)],
        cwd=folder or home.parent,
        env={"PATH": "/usr/bin:/bin", "LINKSTRATA_TODAY": TODAY, "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        check=False,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """What a failed command said on stderr, which must be one line and no traceback."""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_a_known_file_is_no_error_and_adds_nothing(home: Path, sample_files: list[Path]) -> None:
    before = command(home, "sql", "select count(*) as archives from archives", "--format", "json").stdout
    done = command(home, "ingest", *sample_files)
    assert done.returncode == 0
    assert command(home, "sql", "select count(*) as archives from archives", "--format", "json").stdout == before


def test_what_cannot_be_read_is_named_and_the_rest_is_loaded(tmp_path: Path, sample_files: list[Path]) -> None:
    junk = tmp_path / "holiday.zip"
    junk.write_bytes(b"PK\x03\x04 not really")
    archive = next(path for path in sample_files if path.suffix == ".zip")
    done = command(tmp_path / "home", "ingest", junk, archive)
    assert done.returncode == 1
    assert "holiday.zip" in one_line(done)
    listed = command(
        tmp_path / "home", "sql", "select status, count(*) as n from archives group by all", "--format", "json"
    )
    assert {row["status"]: row["n"] for row in json.loads(listed.stdout)} == {"loaded": 1, "quarantined": 1}


@pytest.mark.parametrize(
    "words",
    [
        ("ingest", "no-such-file.zip"),
        ("ingest", ".", "--on", "yesterday"),
        ("ingest", ".", "--owner", "Mara Tolu"),
        ("ingest", ".", "--map", "who"),
        ("ingest", ".", "--map", "who=nobody"),
        ("sql",),
        ("sql", "select 1", "--format", "xml"),
        ("unheard-of",),
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2(home: Path, words: tuple[str, ...]) -> None:
    done = command(home, *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


@pytest.mark.parametrize(
    "query",
    [
        "select nothing_of_the_kind from contacts",
        "selekt",
        "create table mine as select 1",
        "drop table contacts",
        "select 1; select 2",
        "select * from read_csv('/etc/passwd')",
        "copy contacts to 'stolen.csv'",
        "attach 'other.duckdb'",
        "set memory_limit = '1GB'",
    ],
)
def test_sql_refuses_all_but_a_question(home: Path, tmp_path: Path, query: str) -> None:
    done = command(home, "sql", query, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert str(home) not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_sql_answers_from_any_folder(home: Path, tmp_path: Path) -> None:
    done = command(home, "sql", "select segment, count(*) from contacts group by all", folder=tmp_path)
    assert done.returncode == 0
    assert "connection_and_follower" in done.stdout


def test_values_without_a_word_in_a_format_are_the_engines_text(home: Path, tmp_path: Path) -> None:
    query = "-- x\nselect true as a, [1, null] as a, interval 3 day as \"b c\", '=1' as d order by 1; -- y"
    assert command(home, "sql", query, "--format", "csv").stdout == 'a,a,b c,d\ntrue,"[1, NULL]",3 days,\'=1\n'
    assert json.loads(command(home, "sql", query, "--format", "json").stdout) == [
        {"a": True, "a_1": [1, None], "b c": "3 days", "d": "=1"}
    ]
    command(home, "sql", query, "--format", "parquet", "-o", tmp_path / "x.parquet")
    assert pl.read_parquet(tmp_path / "x.parquet").rows() == [(True, [1, None], "3 days", "=1")]


def test_json_has_numbers_for_numbers_and_a_key_for_each_column(home: Path) -> None:
    query = "select 1.50 as a, 2 as a, 'nan'::double as b, [3.0::decimal(4, 1)] as c, map {date '2024-01-02': 1} as d"
    (row,) = json.loads(command(home, "sql", query, "--format", "json").stdout)
    assert row == {"a": 1.5, "a_1": 2, "b": None, "c": [3], "d": {"2024-01-02": 1}}


def test_sql_formats_agree(home: Path, tmp_path: Path) -> None:
    query = "select person_id, connected_on, tags, messages_sent from contacts order by person_id limit 50"
    rows = json.loads(command(home, "sql", query, "--format", "json").stdout)
    assert len(rows) == 50
    lines = list(csv.DictReader(command(home, "sql", query, "--format", "csv").stdout.splitlines()))
    assert [line["person_id"].lstrip("'") for line in lines] == [row["person_id"] for row in rows]
    assert [int(line["messages_sent"]) for line in lines] == [row["messages_sent"] for row in rows]
    asked = tmp_path / "query.sql"
    asked.write_text(query, encoding="utf-8")
    saved = tmp_path / "answer.parquet"
    assert command(home, "sql", "-f", asked, "--format", "parquet", "-o", saved).returncode == 0
    import polars as pl

    assert pl.read_parquet(saved)["person_id"].to_list() == [row["person_id"] for row in rows]


def test_a_csv_runs_no_formula_in_a_spreadsheet(home: Path) -> None:
    query = "select '=1+1' as a, '+1' as b, '-1' as c, '@x' as d, -1 as e, 'plain' as f"
    done = command(home, "sql", query, "--format", "csv")
    assert next(csv.DictReader(done.stdout.splitlines())) == {
        "a": "'=1+1", "b": "'+1", "c": "'-1", "d": "'@x", "e": "-1", "f": "plain",
    }  # fmt: skip


@pytest.mark.parametrize("words", [("sql", "select 1"), ("report",)], ids=" ".join)
def test_an_empty_home_says_what_to_do(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = command(tmp_path / "none", *words, folder=tmp_path)
    assert done.returncode == 1
    assert "linkstrata ingest" in one_line(done)


def test_status_of_an_empty_home_is_no_error(tmp_path: Path) -> None:
    done = command(tmp_path / "none", "status", folder=tmp_path)
    assert done.returncode == 0
    assert done.stdout.strip()


@pytest.mark.parametrize("words", [("sql", "select 1"), ("status",), ("ingest",)], ids=lambda words: words[0])
def test_commands_that_need_no_run_import_no_dagster(
    home: Path, sample_files: list[Path], words: tuple[str, ...]
) -> None:
    files = sample_files if words == ("ingest",) else []
    done = command(home, *words, *files, options=("-X", "importtime"))
    assert done.returncode == 0
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "duckdb" in imported
    assert not {name for name in imported if name.partition(".")[0] in {"dagster", "dash", "sqlalchemy"}}


def leaves(group: click.Group, *above: str) -> Iterator[tuple[str, ...]]:
    """Every command that does something, as the words that call it."""
    for name, one in sorted(group.commands.items()):
        yield from leaves(one, *above, name) if isinstance(one, click.Group) else [(*above, name)]


@pytest.mark.parametrize("words", list(leaves(commands)), ids=" ".join)
def test_every_command_explains_itself(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = command(tmp_path, *words, "--help", folder=tmp_path)
    assert done.returncode == 0
    assert "--data" in done.stdout
    assert list(tmp_path.iterdir()) == []
