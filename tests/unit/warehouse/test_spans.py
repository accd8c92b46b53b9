"""Spans against a naive model that keeps, for every archive, the set of its rows: any archives, any order, removals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from linkstrata.warehouse import raw, spans

TABLE = "connections"
OWNERS = ("mira", "nils")


@dataclass(frozen=True)
class Archive:
    """What the model knows of an archive; `rows` None where it does not carry the table."""

    number: int
    owner: str
    day: date
    newest_member_at: datetime | None
    archive_id: str
    rows: frozenset[int] | None

    @property
    def place(self) -> tuple[date, datetime, str]:
        return (self.day, self.newest_member_at or datetime.min, self.archive_id)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[bool, Archive]]:
    """Archives as they are added (true), and some of them taken out again (false), in any order and on any days."""
    random = draw(st.randoms(use_true_random=True))
    names = random.sample("abcdefgh", draw(st.integers(1, 8)))
    steps = []
    standing: list[Archive] = []
    for number, name in enumerate(names, 1):
        rows = None if random.random() < 0.15 else frozenset(row for row in (1, 2, 3) if random.random() < 0.6)
        owner = OWNERS[random.random() < 0.2]
        day = date(2024, 1, 1 + random.randrange(4))
        time = random.choice((None, *(datetime(2024, 1, 1, hour) for hour in range(3))))
        standing.append(Archive(number, owner, day, time, name, rows))
        steps.append((True, standing[-1]))
        if random.random() < 0.4:
            steps.append((False, standing.pop(random.randrange(len(standing)))))
    return steps


@pytest.fixture(scope="module")
def connection() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as connection:
        raw.create_schema(connection)
        connection.execute("create or replace temp table present (row_id bigint)")
        yield connection


def row_id(owner: str, row: int) -> int:
    """Rows are an owner's own: the same content in another owner's file is another row."""
    return row + 100 * OWNERS.index(owner)


def empty(connection: DuckDBPyConnection) -> None:
    for table in ("archives", "carried", TABLE, f"{TABLE}_spans"):
        connection.execute(f"delete from raw.{table}")


def add(connection: DuckDBPyConnection, archive: Archive) -> None:
    connection.execute(
        "insert into raw.archives (archive_no, archive_id, owner, exported_on, newest_member_at) "
        "values (?, ?, ?, ?, ?)",
        [archive.number, archive.archive_id, archive.owner, archive.day, archive.newest_member_at],
    )
    if archive.rows is None:
        return
    connection.execute("insert into raw.carried values (?, ?)", [archive.number, TABLE])
    connection.execute("delete from temp.present")
    for row in archive.rows:
        connection.execute("insert into temp.present values (?)", [row_id(archive.owner, row)])
    connection.execute(
        f"insert into raw.{TABLE} (row_id, owner, archive_no) select row_id, $owner, $archive from temp.present "
        f"where row_id not in (select row_id from raw.{TABLE})",
        {"owner": archive.owner, "archive": archive.number},
    )
    place = spans.rank_archives(connection, archive.owner, archive.number)[TABLE]
    spans.add_archive(connection, TABLE, archive.owner, archive.number, place)


def remove(connection: DuckDBPyConnection, archive: Archive) -> None:
    raw.remove_rows(connection, archive.number, archive.owner)
    connection.execute("delete from raw.archives where archive_no = ?", [archive.number])


def expected_spans(archives: list[Archive]) -> set[tuple[int, int, int]]:
    """(row, first archive, first archive without it): a span for every unbroken run of archives that have the row."""
    found = set()
    for owner in OWNERS:
        line = sorted((a for a in archives if a.owner == owner and a.rows is not None), key=lambda a: a.place)
        for row in frozenset[int]().union(*(archive.rows or () for archive in line)):
            begun = None
            for archive in line:
                present = row in (archive.rows or ())
                if present and begun is None:
                    begun = archive.number
                elif not present and begun is not None:
                    found.add((row_id(owner, row), begun, archive.number))
                    begun = None
            if begun is not None:
                found.add((row_id(owner, row), begun, spans.OPEN))
    return found


@settings(max_examples=60, deadline=None)
@given(steps=histories())
def test_presence_read_off_the_spans_is_that_of_the_files(
    connection: DuckDBPyConnection, steps: list[tuple[bool, Archive]]
) -> None:
    empty(connection)
    standing: list[Archive] = []
    for added, archive in steps:
        if added:
            add(connection, archive)
            standing.append(archive)
        else:
            remove(connection, archive)
            standing.remove(archive)
        wanted = expected_spans(standing)
        query = f"select row_id, from_archive, until_archive from raw.{TABLE}_spans"
        found = connection.execute(query).fetchall()
        assert sorted(found) == sorted(wanted)
        rows = {row for (row,) in connection.execute(f"select row_id from raw.{TABLE}").fetchall()}
        assert rows == {row for row, _, _ in wanted}, "a row in no archive is not kept"


def test_a_file_that_repeats_the_newest_writes_nothing(connection: DuckDBPyConnection) -> None:
    empty(connection)
    january, february = date(2024, 1, 1), date(2024, 2, 1)
    add(connection, Archive(1, "mira", january, None, "a", frozenset({1, 2})))
    query = f"select rowid, * from raw.{TABLE}_spans order by all"
    before = connection.execute(query).fetchall()
    add(connection, Archive(2, "mira", february, None, "b", frozenset({1, 2})))
    assert connection.execute(query).fetchall() == before
