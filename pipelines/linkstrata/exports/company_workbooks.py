"""A company page's analytics: what the sheets of its follower, visitor, content and competitor workbooks mean.

LinkedIn translates the headings. Where too few are understood, a sheet of a known width is read by position. Finding
the shapes is in `sheet_shapes.py`, a member's own workbooks in `creator_workbooks.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from linkstrata.exports.cells import real_number, whole_number
from linkstrata.exports.sheet_days import DayEvidence, ReadDay
from linkstrata.exports.sheet_records import Column, KnownSheet, ReadCell, SheetRecords, read_grid
from linkstrata.exports.sheet_shapes import (
    Grid,
    bare_header,
    count_grid,
    dated_grid,
    header_grid,
    stated_period,
    wide_grid,
)
from linkstrata.exports.sheets import Row, as_text
from linkstrata.exports.tables import Column as TableColumn
from linkstrata.exports.tables import Table, normalised
from linkstrata.exports.workbook_tables import (
    COMPANY_COMPETITORS,
    COMPANY_CONTENT_DAILY,
    COMPANY_DEMOGRAPHICS,
    COMPANY_FOLLOWERS_DAILY,
    COMPANY_POSTS,
    COMPANY_VISITORS_DAILY,
)

Rows = tuple[Row, ...]
Audience = Literal["followers", "visitors"]

_DAILY = (COMPANY_FOLLOWERS_DAILY, COMPANY_VISITORS_DAILY, COMPANY_CONTENT_DAILY)
_NAME = re.compile(r"(.+?)_(followers|visitors|content|updates|competitors?(?:_analytics)?)_\d{10,}", re.IGNORECASE)
_WORDS = re.compile(r"follow|seguid|abonn|visit|impress|engag|click|linkedin", re.IGNORECASE)
_POST_COLUMNS_AT_LEAST = 10


def company_sheets(sheets: Sequence[Rows], file_name: str) -> list[KnownSheet | None] | None:
    """What each sheet of a company page's workbook is; None where this is no such workbook."""
    named = _NAME.match(file_name)
    page = named[1] if named else None
    dailies = [_daily_table(rows) for rows in sheets]
    audience = _audience(dailies, named[2] if named else "")
    known = [
        _competitors(rows, page)
        or _posts(rows, page)
        or _daily(rows, table, page)
        or _demographics(rows, audience, page)
        for rows, table in zip(sheets, dailies, strict=True)
    ]
    familiar = any(_WORDS.search(str(cell)) for rows in sheets for row in rows[:2] for cell in row.cells)
    return known if any(known) and (named or (familiar and (any(dailies) or known[0]))) else None


def _competitors(rows: Rows, page: str | None) -> KnownSheet | None:
    period = stated_period(rows)
    grid = wide_grid(rows, 4)
    if not period or grid is None or not grid.above or dated_grid(rows):
        return None
    table = COMPANY_COMPETITORS
    places = _places(table, grid, (table.columns[3:8],))

    def read(read_day: ReadDay) -> list[SheetRecords]:
        constants = {"page": page, "window_from": read_day(period[0]), "window_to": read_day(period[1])}
        return [read_grid(table.name, grid, _columns(table, places, read_day, required="competitor"), constants)]

    return KnownSheet(lambda days: days.others.extend(period), read)


def _posts(rows: Rows, page: str | None) -> KnownSheet | None:
    grid = wide_grid(rows, _POST_COLUMNS_AT_LEAST)
    if grid is None or dated_grid(rows):
        return None
    table = COMPANY_POSTS
    places = _places(table, grid, (table.columns[1:],))

    def add_days(days: DayEvidence) -> None:
        for row in grid.rows:
            written, address = row.cell(places.get("created_on", -1)), row.cell(places.get("post_url", -1))
            days.add_post(written, str(address))

    def read(read_day: ReadDay) -> list[SheetRecords]:
        return [read_grid(table.name, grid, _columns(table, places, read_day), {"page": page})]

    return KnownSheet(add_days, read) if places else None


def _daily_table(rows: Rows) -> Table | None:
    """Which daily table a sheet fills: by its headings or, in a language nobody foresaw, by its width."""
    grid = dated_grid(rows) or header_grid(rows)
    if grid is None or len(grid.headings) < 4:
        return None
    understood = {table.name: len(_by_heading(table, grid)) for table in _DAILY}
    best = max(_DAILY, key=lambda table: understood[table.name])
    if understood[best.name] > 1:
        return best
    return next((table for table in _DAILY if any(len(g) == len(grid.headings) for g in _generations(table))), None)


def _daily(rows: Rows, table: Table | None, page: str | None) -> KnownSheet | None:
    grid = dated_grid(rows) or header_grid(rows)
    if table is None or grid is None:
        return None
    places = _places(table, grid, _generations(table))

    def read(read_day: ReadDay) -> list[SheetRecords]:
        return [read_grid(table.name, grid, _columns(table, places, read_day, required="day"), {"page": page})]

    return KnownSheet(lambda days: days.add_sequence(grid.rows), read)


def _demographics(rows: Rows, audience: Audience | None, page: str | None) -> KnownSheet | None:
    grid = count_grid(rows) or bare_header(rows)
    if grid is None or len(grid.headings) != 2 or audience is None:
        return None
    columns = {"value": Column(0, as_text, required=True), "count": Column(1, whole_number)}
    constants = {"page": page, "kind": audience, "dimension": grid.headings[0]}
    return KnownSheet(lambda days: None, lambda _: [read_grid(COMPANY_DEMOGRAPHICS.name, grid, columns, constants)])


def _audience(dailies: Sequence[Table | None], subject: str) -> Audience | None:
    """Whom the workbook's demographics count: told by its daily figures or its name, for the sheets look alike."""
    if COMPANY_VISITORS_DAILY in dailies or subject.lower() == "visitors":
        return "visitors"
    return "followers" if COMPANY_FOLLOWERS_DAILY in dailies or subject.lower() == "followers" else None


def _generations(table: Table) -> tuple[tuple[TableColumn, ...], ...]:
    """The columns a daily table's sheet has had, in order, from the newest; without the page, which no sheet says."""
    newest = table.columns[1:]
    return newest, tuple(column for column in newest if column.name != "auto_invited_followers")


def _by_heading(table: Table, grid: Grid) -> dict[str, int]:
    known = {normalised(heading): column.name for column in table.columns for heading in column.headers}
    found = ((known.get(normalised(heading)), index) for index, heading in enumerate(grid.headings))
    return {name: index for name, index in found if name}


def _places(table: Table, grid: Grid, generations: Sequence[Sequence[TableColumn]]) -> dict[str, int]:
    """Where each column stands: by its heading or, where fewer than half are understood, by position."""
    understood = _by_heading(table, grid)
    if 2 * len(understood) >= len(grid.headings):
        return understood
    columns = next((generation for generation in generations if len(generation) == len(grid.headings)), ())
    return {column.name: index for index, column in enumerate(columns)} or understood


def _columns(
    table: Table, places: Mapping[str, int], read_day: ReadDay, required: str | None = None
) -> dict[str, Column]:
    readers: dict[str, ReadCell] = {"date": read_day, "integer": whole_number, "real": real_number, "text": as_text}
    types = {column.name: column.type for column in table.columns}
    return {name: Column(index, readers[types[name]], name == required) for name, index in places.items()}
