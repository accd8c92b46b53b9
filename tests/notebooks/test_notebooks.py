"""Each notebook runs from top to bottom, its numbers are those of the published tables, and it carries no outputs.

Outputs would be other people's personal data; parameters are what lets the same notebook serve any member.
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import nbformat
import pytest
from nbclient import NotebookClient

from linkstrata.warehouse.connection import read_published

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
GROWTH = next(path for path in NOTEBOOKS if path.name.startswith("01"))

TELL = """
import json
print(json.dumps(
    {"standing": standing, "speed": speed.to_dicts(), "totals": totals.to_dicts(), "months": months.to_dicts(),
     "days": daily.height, "owner": owner},
    default=str,
))
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data home that the kernel will find; what Jupyter writes for itself goes beside it."""
    monkeypatch.setenv("LINKSTRATA_DATA", str(tmp_path / "home"))
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    (tmp_path / "home" / "warehouse").mkdir(parents=True)
    return tmp_path / "home"


def copy_published(sample_home: Path, home: Path) -> Path:
    path = home / "warehouse" / "linkstrata.duckdb"
    shutil.copy(sample_home / "warehouse" / "linkstrata.duckdb", path)
    return path


def run(notebook: Path, parameters: dict[str, Any] | None = None, tell: str = "") -> nbformat.NotebookNode:
    """Runs a notebook in a kernel of its own, with parameters put in as papermill does, and gives it with outputs."""
    ran = nbformat.read(notebook, as_version=4)
    if parameters:
        at = next(n for n, cell in enumerate(ran.cells) if "parameters" in cell.metadata.get("tags", []))
        lines = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
        ran.cells.insert(at + 1, nbformat.v4.new_code_cell(lines))
    if tell:
        ran.cells.append(nbformat.v4.new_code_cell(tell))
    NotebookClient(ran, timeout=120, kernel_name="python3").execute()
    return ran


def printed(notebook: nbformat.NotebookNode) -> str:
    return "".join(
        output.get("text", "") for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
    )


def told(notebook: nbformat.NotebookNode) -> Any:
    return json.loads(notebook.cells[-1].outputs[0]["text"])


def figures(notebook: nbformat.NotebookNode) -> list[Any]:
    return [
        output["data"]["application/vnd.plotly.v1+json"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "application/vnd.plotly.v1+json" in output.get("data", {})
    ]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_committed(notebook: Path) -> None:
    committed = nbformat.read(notebook, as_version=4)
    nbformat.validate(committed)
    code = [cell for cell in committed.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert 10 <= len(committed.cells) <= 25
    assert committed.cells[0].cell_type == "markdown"
    assert code[0].metadata.get("tags") == ["parameters"]
    assert {"owner", "since"} <= {line.split(" = ")[0] for line in code[0].source.splitlines()}
    assert set(committed.metadata) == {"kernelspec", "language_info"}


def test_growth_tells_the_published_numbers(sample_home: Path, home: Path) -> None:
    path = copy_published(sample_home, home)
    ran = run(GROWTH, tell=TELL)
    numbers = told(ran)
    with read_published(path) as connection:
        newest, connections, owner, days = connection.execute(
            "select max(day), max_by(connections, day), min(owner), count(*) from audience_daily"
        ).fetchall()[0]
        totals = connection.execute(
            "select day, followers, connections, follower_only_at_least from audience_daily "
            "where followers_basis = 'reported' order by day"
        ).fetchall()
        new = dict(
            connection.execute(
                "select days, sum(new_connections) from audience_daily, (select unnest([30, 90, 365]) as days) "
                "where day > ?::date - days group by days",
                [newest],
            ).fetchall()
        )
        members = connection.execute("select count(*) from contacts where is_connection").fetchall()[0][0]
    assert (numbers["owner"], numbers["days"]) == (owner, days)
    assert numbers["standing"]["newest_export"] == str(newest)
    assert numbers["standing"]["connections"] == connections >= members > 0
    assert numbers["standing"]["followers"] == totals[-1][1]
    assert {row["days"]: row["new_connections"] for row in numbers["speed"]} == new
    assert [
        (row["day"], row["followers"], row["connections"], row["follower_only_at_least"]) for row in numbers["totals"]
    ] == [(str(day), *levels) for day, *levels in totals]
    assert numbers["months"][0]["connections_at_end"] == connections
    assert f"{connections:,} connections on {newest}." in printed(ran)
    assert f"At least {totals[-1][3]:,} follow without being connected." in printed(ran)
    assert [bool(figure["data"]) for figure in figures(ran)] == [True, True, True]
    assert all(figure["config"]["showSendToCloud"] is False for figure in figures(ran))
    assert all(figure["config"]["plotlyServerURL"] == "" for figure in figures(ran))


def test_growth_takes_an_owner_and_a_first_day(sample_home: Path, home: Path) -> None:
    path = copy_published(sample_home, home)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "insert into audience_daily (owner, day, connections, new_connections, lost_connections) values "
            "('zoe', '2026-01-01', 1, 1, 0), ('zoe', '2026-01-02', 3, 2, 0), ('zoe', '2026-01-03', 4, 1, 0)"
        )
    numbers = told(run(GROWTH, {"owner": "zoe", "since": "2026-01-02"}, tell=TELL))
    assert (numbers["owner"], numbers["days"]) == ("zoe", 2)
    assert numbers["standing"]["connections"] == 4
    assert [(row["month"], row["new_connections"]) for row in numbers["months"]] == [(str(date(2026, 1, 1)), 3)]


def test_growth_says_what_is_missing_after_one_list_of_connections(sample_home: Path, home: Path) -> None:
    path = copy_published(sample_home, home)
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from archives where source <> 'linkedin_archive'")
        connection.execute(
            "update audience_daily set followers = null, followers_basis = null, new_followers = null, "
            "follower_only_at_least = null, muted_connections_at_least = null"
        )
    ran = run(GROWTH)
    assert "No follower totals yet: they come from the analytics workbook" in printed(ran)
    assert "No total of followers has been added yet" in printed(ran)
    assert {trace["name"] for trace in figures(ran)[0]["data"]} == {"Connections, at least", "Connections"}


def test_growth_runs_on_a_home_that_has_read_nothing(sample_home: Path, home: Path) -> None:
    path = copy_published(sample_home, home)
    with duckdb.connect(str(path)) as connection:
        for table in ("audience_daily", "archives", "archive_files"):
            connection.execute(f"delete from {table}")
    assert "Nothing has been read for this member yet." in printed(run(GROWTH))


def test_a_question_is_answered_from_the_newest_publication(sample_home: Path, home: Path, tmp_path: Path) -> None:
    from linkstrata.notebook import sql

    path = copy_published(sample_home, home)
    assert sql("select count(*) from contacts where full_name = $name", name="Nobody At All").item() == 0
    newer = tmp_path / "newer.duckdb"
    shutil.copy(path, newer)
    with duckdb.connect(str(newer)) as connection:
        connection.execute("update contacts set full_name = 'Nobody At All'")
    newer.replace(path)
    assert sql("select distinct full_name from contacts").item() == "Nobody At All"
    with pytest.raises(duckdb.Error, match="read-only"):
        sql("delete from contacts")
