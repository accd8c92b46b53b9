"""A member's own analytics: what the sheets of a creator workbook and of a single post's workbook mean.

Sheets are known by shape, so any language will do; where a heading is understood it wins over its position. Finding the
shapes is in `sheet_shapes.py`, a company page's workbooks in `company_workbooks.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Literal

from linkstrata.exports.cells import Unreadable, is_number, real_number, share, whole_number
from linkstrata.exports.sheet_days import DayEvidence, ReadDay, days_in_text, looks_like_day
from linkstrata.exports.sheet_records import Column, KnownSheet, SheetRecords, extra, read_grid
from linkstrata.exports.sheet_shapes import (
    Grid,
    address_beside_label,
    bare_header,
    dated_grid,
    header_grid,
    is_address,
    rankings,
    share_grid,
    stated_period,
)
from linkstrata.exports.sheets import Cell, Row, as_text

Rows = tuple[Row, ...]
Scope = Literal["audience", "content", "all"]

_WORDS = re.compile(r"impress|engag|follow|seguid|abonn|demogr|linkedin", re.IGNORECASE)
_CONTENT = re.compile(r"conte[nuú]|inhalt", re.IGNORECASE)
_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?\s*([ap]\.?\s?m\.?)?(\s+\w+)?", re.IGNORECASE)
_PERCENT_HEADING = re.compile(r"%|percent|porcent|pourcent|prozent", re.IGNORECASE)
_METRICS = {
    "impressions": "impressions",
    "impresses": "impressions",
    "membersreached": "members_reached",
    "uniqueviews": "members_reached",
    "usuriosalcanados": "members_reached",
    "profileviewersfromthispost": "profile_viewers",
    "followersgainedfromthispost": "followers_gained",
    "socialengagements": "social_engagements",
    "reactions": "reactions",
    "comments": "comments",
    "reposts": "reposts",
    "saves": "saves",
    "sendsonlinkedin": "sends",
    "linkengagements": "link_engagements",
    "premiumcustombuttonengagements": "premium_button_engagements",
}
"""A figure's label, its letters from a to z alone, to the name it gets; another label stays as it is."""
_AUDIENCE = re.compile(r"audien|p[úu]blic|zielgruppe|seguidor|follower", re.IGNORECASE)


def creator_sheets(titles: Sequence[str], sheets: Sequence[Rows], named: bool) -> list[KnownSheet | None] | None:
    """What each sheet of a creator workbook is; None where this is no such workbook.

    `named` says that the file is named as LinkedIn names these. Else two sheets must look the part, one of them like
    nothing else, and some heading must sound like it.
    """
    shares = [None if rankings(rows) else _demographics_grid(rows) for rows in sheets]
    scopes = iter(_scopes([title for title, grid in zip(titles, shares, strict=True) if grid]))
    telling = [
        discovery(rows)
        or top_posts(rows)
        or (followers(rows) if _total(rows) else None)
        or (demographics("creator_demographics", grid, {"scope": next(scopes)}) if grid else None)
        for rows, grid in zip(sheets, shares, strict=True)
    ]
    known = [sheet or daily_engagement(rows) or followers(rows) for sheet, rows in zip(telling, sheets, strict=True)]
    familiar = any(_WORDS.search(str(cell)) for rows in sheets for row in rows[:4] for cell in row.cells)
    convincing = any(telling) and familiar and sum(sheet is not None for sheet in known) > 1
    return known if convincing or (named and any(known)) else None


def post_sheets(sheets: Sequence[Rows]) -> list[KnownSheet | None] | None:
    """What each sheet of a single post's workbook is; None where this is no such workbook."""
    address = next((address for rows in sheets if (address := address_beside_label(rows))), None)
    if address is None:
        return None
    return [
        single_post(rows)
        or (
            demographics("post_demographics", grid, {"post_url": address})
            if (grid := _demographics_grid(rows))
            else None
        )
        for rows in sheets
    ]


def discovery(rows: Rows) -> KnownSheet | None:
    """The totals of the whole period: a first row that states it, impressions, members reached."""
    period = stated_period(rows)
    if not period or len(rows) < 2 or dated_grid(rows) or rankings(rows):
        return None

    def read(read_day: ReadDay) -> list[SheetRecords]:
        records = SheetRecords("creator_discovery")
        figures = [row for row in rows[1:] if is_number(row.cell(1))]
        rest = [row for row in rows[1:] if row not in figures[:2]]

        def record() -> dict[str, object]:
            values = [whole_number(row.cell(1)) for row in figures[:2]] + [None, None]
            return {
                "window_from": read_day(period[0]),
                "window_to": read_day(period[1]),
                "impressions": values[0],
                "members_reached": values[1],
                "extra": extra({str(row.cell(0)): row.cell(1) for row in rest}),
            }

        records.add(rows[0], record)
        if rest:
            records.detail = "unknown figure kept: " + ", ".join(str(row.cell(0)) for row in rest)
        return [records]

    return KnownSheet(lambda days: days.others.extend(period), read)


def daily_engagement(rows: Rows) -> KnownSheet | None:
    """Impressions and engagements by day: a dated table of three columns, or more should LinkedIn add some."""
    grid = dated_grid(rows) or header_grid(rows)
    if grid is None or len(grid.headings) < 3 or _total(rows):
        return None
    first, second = _in_order(grid.headings[1:3], r"impress", r"engag|intera")

    def read(read_day: ReadDay) -> list[SheetRecords]:
        columns = {
            "day": Column(0, read_day, required=True),
            "impressions": Column(1 + first, whole_number),
            "engagements": Column(1 + second, whole_number),
        }
        return [read_grid("creator_engagement_daily", grid, columns)]

    return KnownSheet(lambda days: days.add_sequence(grid.rows), read)


def followers(rows: Rows) -> KnownSheet | None:
    """The follower total of one day over a dated table of new followers by day."""
    grid = dated_grid(rows) or header_grid(rows)
    total = _total(rows)
    if total is None and (grid is None or len(grid.headings) != 2):
        return None
    written = days_in_text(str(total.cell(0))) if total else []

    def read(read_day: ReadDay) -> list[SheetRecords]:
        daily = SheetRecords("creator_followers_daily")
        if grid:
            columns = {"day": Column(0, read_day, required=True), "new_followers": Column(1, whole_number)}
            daily = read_grid("creator_followers_daily", grid, columns)
        if total is None:
            return [daily]
        totals = SheetRecords("creator_totals", part="total")
        last_day = max((day for _, row in daily.rows if isinstance(day := row["day"], date)), default=None)
        totals.add(
            total,
            lambda: {
                "day": _known_day(read_day(written[0]) if written else last_day),
                "total_followers": whole_number(total.cell(1)),
            },
        )
        return [daily, totals]

    def add_days(days: DayEvidence) -> None:
        days.others.extend(written)
        if grid:
            days.add_sequence(grid.rows)

    return KnownSheet(add_days, read)


def top_posts(rows: Rows) -> KnownSheet | None:
    """Two rankings of posts side by side, by engagements and by impressions, which share neither posts nor length."""
    found = rankings(rows)
    if found is None:
        return None
    header, columns, below = found
    headings = [str(header.cell(column + 2)) for column in columns[:2]]
    engagements, _ = _in_order([*headings, ""][:2], r"engag|intera", r"impress")
    names = ("engagements", "impressions") if engagements == 0 else ("impressions", "engagements")
    groups = [(name, column, _posts(below, column)) for name, column in zip(names, columns, strict=False)]

    def read(read_day: ReadDay) -> list[SheetRecords]:
        records = SheetRecords("creator_posts")
        for name, column, posts in groups:
            for position, row in enumerate(posts, 1):
                records.add(row, partial(_ranked_post, name, position, row.cells[column:], read_day))
        return [records]

    def add_days(days: DayEvidence) -> None:
        for _, column, posts in groups:
            for row in posts:
                days.add_post(row.cell(column + 1), str(row.cell(column)))

    return KnownSheet(add_days, read)


def demographics(table: str, grid: Grid, constants: dict[str, object]) -> KnownSheet:
    """The shares of a demographics grid."""
    columns = {
        "category": Column(0, as_text, required=True),
        "value": Column(1, as_text, required=True),
        "percentage": Column(2, share),
        "percentage_text": Column(2, _percentage_text),
    }
    return KnownSheet(lambda days: None, lambda read_day: [read_grid(table, grid, columns, constants)])


def _demographics_grid(rows: Rows) -> Grid | None:
    empty = bare_header(rows)
    return share_grid(rows) or (empty if empty and _PERCENT_HEADING.search(empty.headings[-1]) else None)


def _scopes(names: Sequence[str]) -> list[Scope]:
    """Whom each demographics sheet of a workbook describes: "all" where it is the only one, as it was until 2026."""
    if len(names) < 2:
        return ["content" if _CONTENT.search(n) else "audience" if _AUDIENCE.search(n) else "all" for n in names]
    first_is_content = _CONTENT.search(names[0]) is not None and _CONTENT.search(names[1]) is None
    return ["content" if (index == 0) == first_is_content else "audience" for index in range(len(names))]


def single_post(rows: Rows) -> KnownSheet | None:
    """One post's figures as labels and values, one of which is its address, then the shares of its viewers."""
    address = address_beside_label(rows)
    if address is None:
        return None
    grid = share_grid(rows)
    facts = [row for row in (grid.above if grid else rows) if row.cell(1) is not None and row.cell(1) != address]
    day = next((row for row in facts if looks_like_day(row.cell(1))), None)
    time = next((row for row in facts if _TIME.fullmatch(str(row.cell(1)))), None)
    figures = [row for row in facts if row not in (day, time)]

    def read(read_day: ReadDay) -> list[SheetRecords]:
        records = SheetRecords("post_analytics")
        post = {
            "post_url": address,
            "posted_on": read_day(day.cell(1)) if day else None,
            "published_time": as_text(time.cell(1)) if time else None,
        }
        for row in figures:
            records.add(row, partial(_figure, row, post))
        if grid is None:
            return [records]
        viewers = demographics("post_demographics", grid, {"post_url": address}).read(read_day)
        viewers[0].part = "demographics"
        return [records, *viewers]

    def add_days(days: DayEvidence) -> None:
        if day:
            days.add_post(day.cell(1), address)

    return KnownSheet(add_days, read)


def _figure(row: Row, post: Mapping[str, object]) -> dict[str, object]:
    label, cell = str(row.cell(0)), row.cell(1)
    try:
        value: float | None = whole_number(cell)
    except Unreadable:
        value = real_number(cell)
    return {**post, "metric": _METRICS.get(re.sub(r"[^a-z]", "", label.casefold()), label), "value": value}


def _ranked_post(ranking: str, position: int, cells: Sequence[Cell], read_day: ReadDay) -> dict[str, object]:
    address, day, value, *_ = (*cells, None, None, None)
    if not is_address(address):
        raise Unreadable(f"'{address}' is no address of a post")
    return {
        "ranking": ranking,
        "position": position,
        "post_url": address,
        "published_on": read_day(day),
        "value": whole_number(value),
    }


def _posts(rows: Rows, column: int) -> list[Row]:
    """The rows of the ranking that begins in `column`; cells beyond its end can hold a meaningless number."""
    groups = ((row, row.cells[column : column + 3]) for row in rows)
    return [row for row, cells in groups if any(cell is not None and not is_number(cell) for cell in cells)]


def _total(rows: Rows) -> Row | None:
    """The row "Total followers on 11/22/2024:" with its number, which stands first; None where there is none."""
    label, value = (rows[0].cell(0), rows[0].cell(1)) if rows else (None, None)
    is_label = isinstance(label, str) and not looks_like_day(label) and not is_number(label)
    return (
        rows[0]
        if is_label and is_number(value) and (len(rows) == 1 or dated_grid(rows) or days_in_text(str(label)))
        else None
    )


def _in_order(headings: Sequence[str], first: str, second: str) -> tuple[int, int]:
    """Positions of two columns, 0 and 1, but the other way round where the headings say so."""
    swapped = re.search(second, headings[0], re.IGNORECASE) or re.search(first, headings[1], re.IGNORECASE)
    return (1, 0) if swapped else (0, 1)


def _known_day(day: date | None) -> date:
    if day is None:
        raise Unreadable("nothing says which day the total is of")
    return day


def _percentage_text(cell: Cell) -> str | None:
    return cell if isinstance(cell, str) or cell is None else f"{real_number(cell):.0%}"
