"""Reads the sheets of a workbook that somebody saved as CSV files, one each: together, for they explain each other.

Numbers, Excel and Google's sheets name such files in their ways. What the sheets mean is for `workbooks.py`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from linkstrata.exports import csv_files, workbooks
from linkstrata.exports.catalogue import table_of_header
from linkstrata.exports.container import Member
from linkstrata.exports.encodings import encoding_of, lines_of, open_text
from linkstrata.exports.list_cells import PROFILE
from linkstrata.exports.members import MemberFailed, MemberReading
from linkstrata.exports.records import Records
from linkstrata.exports.sheets import Row, Sheet
from linkstrata.exports.tables import normalised
from linkstrata.exports.workbook_tables import WORKBOOK_TABLES
from linkstrata.exports.workbooks import WorkbookReading

LARGEST_SHEET = 4 << 20
"""Bytes of the largest CSV file that is looked at as a sheet; a year of a company page's figures takes 40 KB."""

_NUMBERS = re.compile(r"(.+?)-T[^\W\d_]+ \d+(?:-\d+)?")
"""What Numbers calls the file of a sheet's table: `New followers-Table 1`, in whatever language."""
_BESIDE = re.compile(r"(.+) - (.+?)(?: \(\d+\))?")
"""What Google's sheets call it: the workbook's name, then the sheet's."""
_WORDS = re.compile(r"impress|engag|follow|seguid|abonn|demogr", re.IGNORECASE)
_LOOKED_AT = 50
_HEADINGS = {normalised(name) for table in WORKBOOK_TABLES for column in table.columns for name in column.headers}


def read_sheets_apart(members: Iterable[Member], container: str) -> dict[str, WorkbookReading]:
    """By path, each member that is a sheet of one of LinkedIn's workbooks, with its own readings.

    `container` is the name of what they lie in, which may be the workbook's.
    """
    groups: dict[tuple[str, str], list[tuple[Member, Sheet]]] = defaultdict(list)
    apart: set[tuple[str, str]] = set()
    for member in members:
        path = PurePosixPath(member.path)
        if path.suffix.casefold() != ".csv" or not 0 < member.size <= LARGEST_SHEET:
            continue
        numbers, beside = _NUMBERS.fullmatch(path.stem), _BESIDE.fullmatch(path.stem)
        folder = path.parent.name or PurePosixPath(container).stem
        workbook, title = (folder, numbers[1]) if numbers else (beside[1], beside[2]) if beside else (path.stem,) * 2
        sheet = _sheet(member, title)
        if sheet is not None:
            groups[str(path.parent), workbook].append((member, sheet))
            if numbers:
                apart.add((str(path.parent), workbook))
    found: dict[str, WorkbookReading] = {}
    for key, group in groups.items():
        reading = _workbook(group, f"{key[1]}.xlsx", key in apart)
        if reading is not None:
            found |= {m.path: reading._replace(members=_of(m.path, reading.members)) for m, _ in group}
    return found


def _workbook(group: Sequence[tuple[Member, Sheet]], name: str, is_apart: bool) -> WorkbookReading | None:
    """The sheets as a workbook, where their names, their number or their headings say that they are one."""
    paths, sheets = [member.path for member, _ in group], [sheet for _, sheet in group]
    reading = workbooks.interpret(sheets, paths, name)
    if reading is None:
        is_creators = is_apart and any(_WORDS.search(text) for sheet in sheets for text in _first_texts(sheet))
        return workbooks.interpret(sheets, paths, name, is_creators=True) if is_creators else None
    known = [path for path in paths if any(each.status != "unrecognised" for each in _of(path, reading.members))]
    is_told = is_apart or reading.display_name is not None or len(known) > 1 or any(map(_has_headings, sheets))
    return reading if is_told else None


def _of(path: str, readings: Iterable[MemberReading]) -> list[MemberReading]:
    return [reading for reading in readings if reading.path == path or reading.path.startswith(f"{path}:")]


def _has_headings(sheet: Sheet) -> bool:
    """Whether one of the first rows has several headings that a company page's workbooks have."""
    return any(sum(normalised(str(cell)) in _HEADINGS for cell in row.cells) > 2 for row in sheet.rows[:3])


def _first_texts(sheet: Sheet) -> list[str]:
    return [sheet.name, *(str(cell) for row in sheet.rows[:4] for cell in row.cells)]


def _sheet(member: Member, title: str) -> Sheet | None:
    """A CSV file as a sheet of texts; None where it is no table, or one of people or of the archive."""
    try:
        encoding = encoding_of(member)
        layout = csv_files.find_layout(member, encoding, csv_files.cells_given)
        if layout is None or table_of_header(layout.header, member.name) is not None:
            return None
        with open_text(member, encoding) as text:
            records = Records(lines_of(text, encoding), layout.delimiter)
            rows = []
            for line, cells in records:
                if len(cells) > csv_files.COLUMNS_AT_MOST:
                    return None
                rows.append(Row(line, _trimmed(cells)))
    except MemberFailed:
        return None
    shows_people = any(re.search(PROFILE, str(cell)) for row in rows[:_LOOKED_AT] for cell in row.cells)
    return None if shows_people else Sheet(title, tuple(row for row in rows if row.cells))


def _trimmed(cells: Sequence[str]) -> tuple[str | None, ...]:
    """Cells as a workbook gives them: trimmed, None where blank, without blank ones at the end."""
    given = [cell.strip() or None for cell in cells]
    while given and given[-1] is None:
        given.pop()
    return tuple(given)
