"""The rows behind the people grid: who matches, in which order, block by block, as CSV, or all of them for an edit.

Each order of everybody is laid out once a publication, as row numbers; who matches is found once a question, as a bit
for each row. A block is a slice of the order's matching rows, and only then the wide rows are fetched. Columns and
orders come from the lists here, values are parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import polars as pl

from linkstrata import filters
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.spreadsheets import FORMULA_STARTS, MARK
from linkstrata.warehouse.models import quoted

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "full_name": "Name",
        "company": "Company",
        "position": "Position",
        "segment": "Segment",
        "follows_me": "Follows me",
        "i_follow": "I follow",
        "tags": "Tags",
        "connected_on": "Connected",
        "messages_sent": "Sent",
        "messages_received": "Received",
        "last_message_at": "Last message",
        "first_seen_on": "First seen",
        "last_seen_on": "Last seen",
        "segment_since": "In segment since",
        "email": "E-mail",
        "profile_url": "Profile",
    }
)
"""The columns that can be shown, with their headings."""

SHOWN_AT_FIRST = ("full_name", "company", "position", "segment", "tags", "connected_on", "last_message_at")

ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "full_name": "rank_name",
        "company": "rank_company",
        "position": "rank_position",
        "connected_on": "rank_connected",
        "last_message_at": "rank_recent",
        "messages_received": "rank_messages",
        "first_seen_on": "rank_seen",
    }
)
"""The columns by which the grid can be sorted, with their rank columns."""

NEWEST_FIRST = frozenset({"connected_on", "last_message_at", "messages_received", "first_seen_on"})
"""Columns whose rank counts from the newest or the most: descending in the grid is ascending in rank."""

_TAG_TEXT = "len(list_filter({value}, lambda tag: contains(tag_text, concat('|', tag, '|'))))"
GRID_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "tags any_of": f"{_TAG_TEXT} > 0",
        "tags all_of": f"{_TAG_TEXT} = len({{value}})",
        "tags none_of": f"{_TAG_TEXT} = 0",
        "tags known": "tag_text <> '||'",
        "tags unknown": "tag_text = '||'",
    }
)
"""Tags are asked of their text, which the engine keeps as a dictionary and looks at once a combination."""

_TAGS = "list_filter(string_split(tag_text, '|'), lambda tag: tag <> '')"
"""The same text as a list, to be shown."""


@dataclass(frozen=True)
class Query:
    """Who is asked for and in which order, as the address of the people page says it."""

    search: str = ""
    filter: str = ""
    sort: str = "full_name"

    @classmethod
    def of(cls, view: View) -> Query:
        """The query in a view. Raises FilterError for a filter that cannot be understood."""
        text = view.get("filter")
        sort = view.get("sort", "full_name")
        column = sort.lstrip("-")
        if text:
            filters.parse(text)
        return cls(view.get("q").strip().lower(), text, sort if column in ORDERS else "full_name")

    @property
    def group(self) -> filters.Group:
        """The filter as such."""
        return filters.parse(self.filter) if self.filter else filters.EVERYBODY


class _Order(NamedTuple):
    """Row numbers of everybody in one order; those after the first `ranked` have no place in it and follow by name."""

    places: pl.Series
    ranked: int


def places(reading: Reading, query: Query) -> pl.Series:
    """The row numbers of everyone who matches, in order; whoever lacks what is sorted by comes last, by name."""
    column = query.sort.lstrip("-")
    everybody, ranked = reading.remembered(("order", reading.owner, column), lambda: _order(reading, ORDERS[column]))
    if query.sort.startswith("-") != (column in NEWEST_FIRST):
        everybody = everybody[:ranked].reverse().append(everybody[ranked:])
    matching = _matching(reading, query)
    return everybody if matching is None else everybody.filter(matching.gather(everybody))


def _order(reading: Reading, rank: str) -> _Order:
    found = reading.frame(
        f"select cast(rowid as integer) as place, {rank} as rank, rank_name as name from contacts_grid "
        "where owner = $owner"
    )
    ranked = found.filter(pl.col("rank").is_not_null())
    others = found.filter(pl.col("rank").is_null())
    first, rest = _by_rank(ranked["place"], ranked["rank"]), _by_rank(others["place"], others["name"])
    return _Order(first.append(rest), ranked.height)


def _by_rank(places: pl.Series, ranks: pl.Series) -> pl.Series:
    """Row numbers in the order of their ranks, which count from 1, none twice: sorting would take ten times as long."""
    if places.is_empty():
        return places
    in_order = pl.Series([-1], dtype=places.dtype).new_from_index(0, int(ranks.max()))  # type: ignore[arg-type]
    in_order = in_order.scatter(ranks - 1, places)
    return in_order.filter(in_order >= 0)


def _matching(reading: Reading, query: Query) -> pl.Series | None:
    """For each row number whether it matches; None where everybody does."""
    if not query.search and not query.group.parts:
        return None
    question = ("matching", reading.owner, query.search, query.filter)
    return reading.remembered(question, lambda: _found(reading, query))


def _found(reading: Reading, query: Query) -> pl.Series:
    predicate, values = _predicate(reading, query)
    found = reading.frame(f"select cast(rowid as integer) as place from contacts_grid where {predicate}", **values)
    rows = int(reading.value("select max(rowid) + 1 from contacts_grid") or 0)
    return pl.Series([False]).new_from_index(0, rows).scatter(found["place"], True)


def _predicate(reading: Reading, query: Query) -> tuple[str, dict[str, Any]]:
    predicate, values = filters.to_sql(query.group, reading.today, GRID_FORMS)
    parts = ["owner = $owner", predicate]
    for number, word in enumerate(query.search.split()):
        parts.append(f"contains(search, $word_{number})")
        values[f"word_{number}"] = word
    return " and ".join(parts), values


def count(reading: Reading, query: Query) -> int:
    """How many match."""
    matching = _matching(reading, query)
    if matching is None:
        return int(reading.value("select count(*) from contacts_grid where owner = $owner"))
    return int(matching.sum())


def block(reading: Reading, query: Query, start: int, end: int) -> list[dict[str, Any]]:
    """The rows from one place to another, ready for JSON."""
    chosen = places(reading, query)[max(start, 0) : max(end, 0)].to_list()
    shown = ", ".join(f"{_TAGS} as {name}" if name == "tags" else name for name in COLUMNS)
    found = {
        row.pop("place"): row
        for row in reading.rows(
            f"select rowid as place, owner, person_id, {shown} from contacts_grid "
            "where rowid in (select unnest($places))",
            places=chosen,
        )
    }
    return [{name: _written(value) for name, value in found[place].items()} for place in chosen]


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else value


def people(reading: Reading, query: Query) -> list[tuple[str, str]]:
    """Owner and person_id of everyone who matches."""
    predicate, values = _predicate(reading, query)
    rows = reading.rows(f"select owner, person_id from contacts_grid where {predicate}", **values)
    return [(row["owner"], row["person_id"]) for row in rows]


def write_csv(reading: Reading, query: Query, columns: Sequence[str], folder: Path) -> Path:
    """Writes everyone who matches as CSV, in order, with no cell that a spreadsheet would run; gives the file.

    What does not fit into memory goes into `folder` meanwhile.
    """
    chosen = [name for name in columns if name in COLUMNS] or list(SHOWN_AT_FIRST)
    starts = ", ".join(f"chr({ord(start)})" for start in FORMULA_STARTS)
    cells = ", ".join(
        f"array_to_string({_TAGS}, ', ') as {name}"
        if name == "tags"
        else f"case when left(cast({name} as varchar), 1) in ({starts}) then '{MARK * 2}' || {name} "
        f"else cast({name} as varchar) end as {name}"
        for name in chosen
    )
    predicate, values = _predicate(reading, query)
    column = query.sort.lstrip("-")
    direction = "desc" if query.sort.startswith("-") != (column in NEWEST_FIRST) else "asc"
    path = folder / "people.csv"
    with reading.apart(folder) as cursor:
        cursor.execute(
            f"copy (select {cells} from contacts_grid where {predicate} "
            f"order by {ORDERS[column]} {direction} nulls last, rank_name) to {quoted(str(path))} (format csv, header)",
            {"owner": reading.owner, **values},
        )
    return path
