"""What models read of the store: all of it for a build, and for an edit what edits since the last one touch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from linkstrata.curation.carrying import Carried, Edits, Mark, carry, carry_edits
from linkstrata.curation.store import Edit, Person, Store
from linkstrata.curation.tables import CARRIED

DAY = date(2026, 11, 23)
ADA = Person("owner", "p1", ("slug:ada",))
BO = Person("owner", "p2", ("slug:bo", "named:owner|bo"))


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def rows(engine: duckdb.DuckDBPyConnection, table: str) -> list[tuple[object, ...]]:
    return engine.execute(f"from curation.{table} order by all").fetchall()


def mark(edit: Edit | None) -> Mark:
    assert edit is not None
    return edit.edit_id, edit.at


def test_where_nothing_was_typed_nothing_is_made_and_the_tables_are_empty(
    engine: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "curation.sqlite"
    assert carry(engine, path) == Carried({f"curation.{table}": 0 for table in CARRIED}, None)
    assert {table: rows(engine, table) for table in CARRIED} == {table: [] for table in CARRIED}
    assert carry_edits(engine, path, None) == Edits(frozenset(), None)
    assert carry_edits(engine, path, (1, datetime(2026, 11, 23))) is None, "the store that was shown is gone"
    assert list(tmp_path.iterdir()) == []


def test_texts_numbers_days_and_what_is_missing_arrive_as_they_are(
    engine: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "curation.sqlite"
    with Store(path) as store:
        store.tag('"it\'s", [Zoë]', [ADA], DAY)
        store.describe_tag("described", None, "a\nb")
        store.add_note([BO], "x\0y")
        store.set_followers("owner", DAY, 7553)
        store.add_contact(ADA, "Zoë  O'Neil", None, "Acme", None, DAY)
        last = store.save_filter("mine", predicate="company = 'Acme'")
    carried = carry(engine, path)
    assert (carried.rows["curation.tags"], carried.newest) == (2, mark(last))
    assert rows(engine, "tags") == [('"it\'s", [Zoë]', None, None), ("described", None, "a\nb")]
    assert rows(engine, "taggings") == [('"it\'s", [Zoë]', "owner", "slug:ada", DAY)]
    ((*_, note),) = rows(engine, "notes")
    assert note == "x\0y"
    assert rows(engine, "follower_totals") == [("owner", DAY, 7553)]
    ((*_, company, position, added_on, match_name),) = rows(engine, "added_contacts")
    assert (company, position, added_on, match_name) == ("Acme", None, DAY, "zoë o'neil")


def test_of_edits_only_what_they_touch_is_carried(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "curation.sqlite"
    with Store(path) as store:
        store.add_note([ADA], "before")
        store.tag("other", [ADA, BO], DAY)
        shown = mark(store.tag("kept", [ADA, BO], DAY))
        store.untag("kept", [BO])
        newest = mark(store.tag("new", [BO], DAY))
    assert carry_edits(engine, path, shown) == Edits(frozenset({"taggings"}), newest)
    assert rows(engine, "touched") == [("kept", "owner", "slug:bo"), ("new", "owner", "slug:bo")]
    assert rows(engine, "taggings") == [("kept", "owner", "slug:ada", DAY), ("new", "owner", "slug:bo", DAY)]
    assert rows(engine, "tags") == [("kept", None, None), ("new", None, None), ("other", None, None)]
    assert rows(engine, "notes") == []
    assert carry_edits(engine, path, newest) == Edits(frozenset(), newest)
    assert carry_edits(engine, path, (newest[0] + 1, newest[1])) is None
    assert carry_edits(engine, path, (shown[0], shown[1] - timedelta(seconds=1))) is None, "another store's edit"
    with Store(path) as store:
        store.undo()
        merged = mark(store.merge("slug:ada", "slug:bo", "p1"))
    assert carry_edits(engine, path, newest) == Edits(frozenset({"taggings", "merges"}), merged)
    assert rows(engine, "taggings") == []
    assert carry_edits(engine, path, None) == Edits(frozenset({"taggings", "notes", "merges"}), merged)
    assert {tag for tag, *_ in rows(engine, "touched")} == {"other", "kept", "new"}
