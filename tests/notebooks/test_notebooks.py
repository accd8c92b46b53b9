"""Each notebook runs from top to bottom, its numbers are those of the published tables, and it carries no outputs.

Outputs would be other people's personal data; parameters are what lets the same notebook serve any member.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import nbformat
import pytest
from small_home import Connection, SmallHome, empty_home

from linkstrata.suite.running import Progressed, kernel, notebook_paths, with_parameters
from linkstrata.warehouse.connection import read_published

NOTEBOOKS = {path.name[:2]: path for path in notebook_paths(Path(__file__).parents[2] / "notebooks")}
FIGURE = "application/vnd.plotly.v1+json"

KEY_NUMBERS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "01": {
        "newest export": ("standing['newest_export']", "select max(day) from audience_daily"),
        "connections": ("standing['connections']", "select max_by(connections, day) from audience_daily"),
        "days": ("daily.height", "select count(*) from audience_daily"),
        "new in 90 days": (
            "speed['new_connections'][1]",
            "select sum(new_connections) from audience_daily where day > (select max(day) - 90 from audience_daily)",
        ),
        "reported totals": (
            "totals['followers'].to_list()",
            "select list(followers order by day) from audience_daily where followers_basis = 'reported'",
        ),
        "follow only, at least": (
            "totals['follower_only_at_least'].to_list()",
            "select list(follower_only_at_least order by day) from audience_daily where followers_basis = 'reported'",
        ),
        "at the end of the newest month": (
            "months['connections_at_end'][0]",
            "select max_by(connections, day) from audience_daily",
        ),
    },
    "02": {
        "do not follow, by name": (
            "named['U_by_name'].item()",
            "select count(*) from contacts where segment = 'connection_only'",
        ),
        "follow only, by name": (
            "named['N_by_name'].item()",
            "select count(*) from contacts where segment = 'follower_only'",
        ),
        "the square adds up": ("bounds['N'] - bounds['U'] - followers + connections", "select 0"),
        "reasons": ("reasons['people'].sum()", "select count(*) from follow_evidence"),
        "people": ("segments['people'].sum()", "select count(*) from contacts"),
    },
    "03": {
        "both": (
            "segments.filter(pl.col('segment') == 'connection_and_follower')['people'].item()",
            "select count(*) from contacts where segment = 'connection_and_follower'",
        ),
        "people by tag": (
            "{row['tag']: row['people'] for row in tags.sort('tag').to_dicts()}",
            "select map(list(tag order by tag), list(members order by tag)) from tags",
        ),
        "the newest day": (
            "history.filter(pl.col('day') == pl.col('day').max())['people'].sum()",
            "select count(*) from contacts",
        ),
        "members of the rule": (
            "sorted(chosen['full_name'].to_list())[:3]",
            "select list(full_name order by full_name)[:3] from contacts "
            "where messages_sent > 0 and messages_received > 0 "
            r"and regexp_matches(lower(position), '\b(head of|director|vp|chief|founder|recruiter|talent|hiring)\b') "
            r"and not regexp_matches(lower(position), '\b(assistant to|office of)\b')",
        ),
    },
    "04": {
        "gone": (
            "gone.height",
            "select count(*) from contact_events where event = 'disconnected' and happened_by = date '2026-11-01'",
        ),
        "joined": (
            "joined['full_name'].n_unique()",
            "select count(distinct full_name) from contacts join contact_events using (owner, person_id) where event "
            "in ('connected', 'reconnected') and happened_by > date '2026-06-17'",
        ),
        "connections after": (
            "balance['connections_after'].item()",
            "select connections from audience_daily where day = date '2026-11-01'",
        ),
        "people now": ("flows['people'].sum()", "select count(*) from contacts"),
        "moves": (
            "sum(event['people'] for event in summary.to_dicts() if event['event'] == 'company_changed')",
            "select count(distinct person_id) from contact_events where event = 'company_changed' "
            "and happened_by > date '2026-06-17'",
        ),
    },
    "05": {
        "messages": ("written['messages'].sum()", "select count(*) from messages where person_id is not null"),
        "written both ways": (
            "fading['people'].sum()",
            "select count(*) from contacts where is_connection and messages_sent > 0 and messages_received > 0",
        ),
        "people compared": (
            "spread['people'].sum()",
            "select count(*) from contacts where messages_sent + messages_received > 0",
        ),
        "the strongest": (
            "[str(cell) for cell in scores.select('full_name', 'strength').row(0)]",
            "select [full_name, strength::varchar] from relationships join contacts using (owner, person_id) "
            "order by strength desc, full_name limit 1",
        ),
    },
    "06": {
        "people": ("known['people'].sum()", "select count(*) from contacts"),
        "moved, by export": (
            "pace['moved'].to_list()[-1]",
            "select count(distinct person_id) from contact_events where event = 'company_changed' "
            "and happened_by = date '2026-11-01'",
        ),
        "share without a line of work": (
            "untold['share_without_line_of_work'].item()",
            "select count(*) filter (function is null) / count(*) from roles join contacts using (owner, person_id) "
            "where is_connection and roles.position is not null",
        ),
        "people with a position": (
            "levels['people'].sum()",
            "select count(*) from contacts where position is not null",
        ),
    },
    "07": {
        "connections": (
            "spells.height",
            "select count(*) from contact_events where event in ('connected', 'reconnected')",
        ),
        "lost by export": (
            "exports['lost'].to_list()",
            "select list(lost order by day) from (select happened_by as day, count(distinct person_id) as lost "
            "from contact_events where event = 'disconnected' group by day)",
        ),
        "gone": (
            "ages['people'].sum()",
            "select count(*) from contact_events join contacts using (owner, person_id) where event = 'disconnected' "
            "and happened_by > connected_on",
        ),
        "still there after a year": ("0.8 < milestones['share'][0] < 1", "select true"),
    },
    "08": {
        "the newest whole month": (
            "levels['month'][-1]",
            "select (date_trunc('month', max(day) + 1) - interval 1 month)::date from audience_daily",
        ),
        "followers at its end": (
            "followers['level'][-1]",
            "select max_by(followers, day)::double from audience_daily where day <= date '2026-10-31'",
        ),
        "the band holds what is expected": (
            "all(row['lower'] < row['expected'] < row['upper'] for row in expected.to_dicts())",
            "select true",
        ),
        "months tested": ("tested.height", "select 9 * 6"),
    },
    "09": {
        "posts": ("posts['posts'].sum()", "select count(*) from posts"),
        "days with gains": ("days.height", "select count(*) from audience_daily where new_followers is not null"),
        "most seen": (
            "best['impressions'][0]",
            "select max(value)::bigint from post_metrics where is_newest and metric = 'impressions'",
        ),
        "groups": ("audience.height", "select count(*) from audience_demographics where is_newest"),
    },
    "10": {
        "connections": ("numbers['connections'].sum()", "select count(*) from contacts where is_connection"),
        "members": ("members", "select list(distinct owner) from contacts"),
    },
    "11": {
        "connections": ("by_year['people'].sum()", "select count(*) from contacts where is_connection"),
        "tables": ("tables.height", "select count(*) from duckdb_tables()"),
        "columns of contacts": (
            "columns.height",
            "select count(*) from duckdb_columns() where table_name = 'contacts'",
        ),
    },
}
"""By notebook: what it shows, as an expression over its variables, and the same asked of the published tables."""

MISSING: Mapping[str, tuple[str, ...]] = {
    "01": ("No follower totals: they come from the analytics workbook", "No total of followers has been added yet"),
    "02": ("No follower list: nobody is named as a follower", "Without a follower total there is nothing to add up"),
    "03": ("No messages: they come with the larger archive", "Only one export: from the second on"),
    "04": ("What changed shows from two exports on", "There are no two exports to compare"),
    "05": ("No messages to draw.", "Without messages all connections would look alike."),
    "06": ("What changed shows from two exports on", "No moves are known: they show from two exports on."),
    "07": ("One export shows who is there, not who left", "Nobody is known to have left."),
    "08": ("No follower totals", "0 whole months of follower totals in a row are known"),
    "09": ("No posts: they come with the larger archive", "No workbook says who the audience is."),
    "10": ("One member's files are here", "Two networks are needed for what they share."),
    "11": ("No messages", "No posts"),
}
"""By notebook: what it says of a home that has read nothing but one list of connections."""

Ran = Mapping[str, nbformat.NotebookNode]
"""Notebooks with their outputs, by number."""


def run(home: Path, wanted: Mapping[str, tuple[Mapping[str, Any], str]]) -> Ran:
    """Runs notebooks on a data home, with parameters and a last cell each, in one kernel as the suite does."""

    async def run_all() -> Ran:
        ran = {}
        async with kernel(home) as execute:
            for number, (parameters, last) in wanted.items():
                path = NOTEBOOKS[number]
                notebook = with_parameters(nbformat.read(path, as_version=4), parameters)
                notebook.cells.append(nbformat.v4.new_code_cell(last))
                await execute(notebook, Progressed(path.stem, 1, 1, 0, len(notebook.cells)), lambda progressed: None)
                ran[number] = notebook
        return ran

    return asyncio.run(run_all())


def telling(number: str) -> str:
    """A cell that prints the key numbers of a notebook."""
    told = ", ".join(f"{name!r}: {expression}" for name, (expression, _) in KEY_NUMBERS[number].items())
    return f"import json\nimport polars as pl\nprint(json.dumps({{{told}}}, default=str))"


@pytest.fixture(scope="module")
def on_sample(sample_home: Path) -> Ran:
    """Every notebook on the sample, its key numbers printed at the end."""
    return run(sample_home, {number: ({}, telling(number)) for number in NOTEBOOKS})


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """A data home that has read one archive with nothing but Connections.csv in it."""
    home = empty_home(tmp_path_factory.mktemp("bare"))
    people = [Connection(f"Nova{n} Ilexar", f"nova-{n}", connected_on=f"05 Mar {2014 + n}") for n in range(12)]
    home.connections(date(2026, 11, 20), people)
    return home


@pytest.fixture(scope="module")
def on_bare(bare: SmallHome) -> Ran:
    return run(bare.settings.home, {number: ({}, "") for number in NOTEBOOKS})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data home that notebooks will find."""
    monkeypatch.setenv("LINKSTRATA_DATA", str(tmp_path / "home"))
    (tmp_path / "home" / "warehouse").mkdir(parents=True)
    return tmp_path / "home"


def copy_published(sample_home: Path, home: Path) -> Path:
    path = home / "warehouse" / "linkstrata.duckdb"
    shutil.copy(sample_home / "warehouse" / "linkstrata.duckdb", path)
    return path


def printed(notebook: nbformat.NotebookNode) -> str:
    return "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))


def told(notebook: nbformat.NotebookNode) -> Any:
    return json.loads(notebook.cells[-1].outputs[0]["text"])


def figures(notebook: nbformat.NotebookNode) -> list[Any]:
    return [
        output["data"][FIGURE]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if FIGURE in output.get("data", {})
    ]


@pytest.mark.parametrize("notebook", NOTEBOOKS.values(), ids=lambda path: path.stem)
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


@pytest.mark.parametrize("number", NOTEBOOKS)
def test_its_numbers_are_those_of_the_published_tables(on_sample: Ran, sample_home: Path, number: str) -> None:
    with read_published(sample_home / "warehouse" / "linkstrata.duckdb") as connection:
        published = {
            name: connection.execute(query).fetchall()[0][0] for name, (_, query) in KEY_NUMBERS[number].items()
        }
    assert told(on_sample[number]) == json.loads(json.dumps(published, default=str))
    assert number == "10" or "Everything that this notebook stands on is there." in printed(on_sample[number])


@pytest.mark.parametrize("number", NOTEBOOKS)
def test_its_figures_show_something_and_offer_to_upload_nothing(on_sample: Ran, number: str) -> None:
    drawn = figures(on_sample[number])
    assert bool(drawn) == (number != "10")
    assert all(figure["data"] and figure["layout"]["height"] for figure in drawn)
    assert all(figure["config"]["showSendToCloud"] is False for figure in drawn)
    assert all(figure["config"]["plotlyServerURL"] == "" for figure in drawn)


@pytest.mark.parametrize("number", NOTEBOOKS)
def test_it_says_what_is_missing_after_one_list_of_connections(on_bare: Ran, number: str) -> None:
    assert [words for words in MISSING[number] if words not in printed(on_bare[number])] == []


def test_an_owner_and_a_first_day_are_taken(sample_home: Path, home: Path) -> None:
    path = copy_published(sample_home, home)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "insert into audience_daily (owner, day, connections, new_connections, lost_connections) values "
            "('zoe', '2026-01-01', 1, 1, 0), ('zoe', '2026-01-02', 3, 2, 0), ('zoe', '2026-01-03', 4, 1, 0)"
        )
    tell = "import json\nprint(json.dumps([owner, daily.height, standing['connections'], months.rows()], default=str))"
    (ran,) = run(home, {"01": ({"owner": "zoe", "since": "2026-01-02"}, tell)}).values()
    assert told(ran) == ["zoe", 2, 4, [["2026-01-01", 3, 0, 4, None]]]


def test_two_members_are_compared(tmp_path: Path) -> None:
    two = empty_home(tmp_path)
    shared = [Connection("Ada Both", "ada-both"), Connection("Bo Both", "bo-both")]
    two.connections(date(2026, 11, 21), [*shared, Connection("Cy Second", "cy-second", "Globex")], owner="zoe-second")
    two.connections(date(2026, 11, 22), [*shared, Connection("Di First", "di-first", "Initech")])
    tell = "import json\nprint(json.dumps([owner, other, shared.row(0), sorted(common['full_name'])]))"
    (ran,) = run(two.settings.home, {"10": ({"owner": "mia-owner"}, tell)}).values()
    assert told(ran) == ["mia-owner", "zoe-second", [1, 2, 1], ["Ada Both", "Bo Both"]]
    assert [bool(figure["data"]) for figure in figures(ran)] == [True, True]


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
