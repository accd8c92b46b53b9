"""Reads a workbook (.xlsx, .xls) that LinkedIn made: whose analytics it holds, and each sheet's records.

Decides which family a workbook belongs to and how its days are written, and hands the sheets to `creator_workbooks.py`
and `company_workbooks.py`. Lists of people in a workbook are for `lists.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkstrata.exports import company_workbooks, creator_workbooks
from linkstrata.exports.catalogue import TABLES
from linkstrata.exports.cells import Unreadable
from linkstrata.exports.container import Member
from linkstrata.exports.members import BATCH_ROWS, MemberReading, Rejected
from linkstrata.exports.sheet_days import DayEvidence, Period, ReadDay, UndecidedDays, day_reader, period_in_name
from linkstrata.exports.sheet_records import KnownSheet, SheetRecords, extra
from linkstrata.exports.sheet_shapes import without_filler
from linkstrata.exports.sheets import Row, Sheet, read_sheets

if TYPE_CHECKING:
    import polars as pl

Source = Literal["creator_analytics", "post_analytics", "company_page"]

_COPY = r"(?:\s*\(\d+\))?\.xlsx?"
_NAMES = (
    re.compile(rf"Content_\d{{4}}-\d{{2}}-\d{{2}}_\d{{4}}-\d{{2}}-\d{{2}}_(.+?){_COPY}", re.IGNORECASE),
    re.compile(rf"AggregateAnalytics_(.+)_\d{{4}}-\d{{2}}-\d{{2}}_\d{{4}}-\d{{2}}-\d{{2}}{_COPY}", re.IGNORECASE),
    re.compile(rf"(?:Single)?PostAnalytics_(.+)_\d+{_COPY}", re.IGNORECASE),
)


class WorkbookReading(NamedTuple):
    """What a workbook is and what its sheets give."""

    source: Source
    members: list[MemberReading]
    """One for each sheet and, where a sheet fills several tables, for each of its parts."""
    period: Period | None
    """The first and last day it covers: as its name states, else as its daily figures show."""
    display_name: str | None
    """The member whose analytics these are, from the file's name."""


def read_workbook(member: Member, file_name: str) -> WorkbookReading | None:
    """Reads every sheet of a workbook; None where it holds none of LinkedIn's analytics.

    `file_name` is the name the user's file had: it tells the period and the member. Raises MemberFailed where the
    workbook cannot be opened. A sheet that cannot be read fails by itself, one nobody knows is unrecognised.
    """
    sheets = read_sheets(member)
    return interpret(sheets, [f"{member.path}#{sheet.name}" for sheet in sheets], file_name)


def interpret(
    sheets: Sequence[Sheet], paths: Sequence[str], file_name: str, is_creators: bool = False
) -> WorkbookReading | None:
    """Like `read_workbook`, for sheets that are open already, and the path that each goes by.

    `is_creators` says that they are a creator workbook's though its name does not.
    """
    name = PurePosixPath(file_name).name
    rows = [without_filler(sheet) for sheet in sheets]
    titles = [sheet.name for sheet in sheets]
    source: Source = "creator_analytics"
    known: Sequence[KnownSheet | None]
    if post := creator_workbooks.post_sheets(rows):
        source, known = "post_analytics", post
    elif creator := creator_workbooks.creator_sheets(titles, rows, is_creators or _name_in(name) is not None):
        known = creator
    elif company := company_workbooks.company_sheets(rows, name):
        source, known = "company_page", company
    else:
        return None
    evidence = DayEvidence(period_in_name(name))
    for sheet in known:
        if sheet:
            sheet.add_days(evidence)
    read_day = day_reader(evidence.order())
    members: list[MemberReading] = []
    for about, path, sheet_rows, sheet in zip(sheets, paths, rows, known, strict=True):
        members.extend(_read_sheet(about, path, sheet_rows, sheet, read_day))
    period = evidence.period or evidence.covered(read_day)
    return WorkbookReading(source, members, period, None if source == "company_page" else _name_in(name))


def _read_sheet(
    about: Sheet, path: str, rows: Sequence[Row], sheet: KnownSheet | None, read_day: ReadDay
) -> list[MemberReading]:
    if about.problem:
        return [MemberReading(path, None, "failed", f"the sheet is broken: {about.problem}; export the workbook again")]
    if not rows:
        return [MemberReading(path, None, "empty")]
    if sheet is None:
        return [_unrecognised(path, rows)]
    try:
        return [_member_reading(path, records) for records in sheet.read(read_day)]
    except (UndecidedDays, Unreadable) as reason:
        return [MemberReading(path, None, "failed", str(reason))]


def _unrecognised(path: str, rows: Sequence[Row]) -> MemberReading:
    """A sheet nobody knows: its rows as JSON objects, each cell under its column's number."""
    records = SheetRecords("unrecognised_rows", detail="no sheet that linkstrata knows; its rows are kept as they are")
    for row in rows:
        cells = {f"column {place}": cell for place, cell in enumerate(row.cells, 1)}
        records.add(row, partial(dict, path=path, row=extra(cells)))
    return replace(_member_reading(path, records), status="unrecognised")


def _member_reading(path: str, records: SheetRecords) -> MemberReading:
    def read_rows(rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
        rejected.extend(records.rejected)
        for start in range(0, len(records.rows), BATCH_ROWS):
            yield _frame(records.table, records.rows[start : start + BATCH_ROWS])

    return MemberReading(
        path=f"{path}:{records.part}" if records.part else path,
        table=records.table,
        status="loaded" if records.rows or records.rejected else "empty",
        detail=records.detail,
        read_rows=read_rows,
    )


def _frame(table: str, rows: Sequence[tuple[int, dict[str, object]]]) -> pl.DataFrame:
    import polars as pl

    from linkstrata.exports.frames import frame_schema

    schema = frame_schema(TABLES[table])
    records = [{**values, "line_number": number} for number, values in rows]
    return pl.DataFrame(
        {name: pl.Series(name, [r.get(name) for r in records], dtype) for name, dtype in schema.items()}, schema=schema
    )


def _name_in(file_name: str) -> str | None:
    """The member's name in the name LinkedIn gave the file; None for another name."""
    found = next((match for pattern in _NAMES if (match := pattern.fullmatch(file_name))), None)
    return " ".join(found[1].replace("_", " ").split()) if found else None
