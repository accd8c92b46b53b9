"""Reads files of the archive that somebody saved as a workbook: the table of each sheet by its header.

LinkedIn's own workbooks are for `workbooks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linkstrata.exports.catalogue import table_of_file, table_of_header
from linkstrata.exports.csv_files import HEADER_RECORDS, header_score
from linkstrata.exports.members import MemberReading
from linkstrata.exports.sheets import Sheet, as_text
from linkstrata.exports.tables import Table
from linkstrata.exports.typed_rows import Record, TypedRows


def read_sheet_tables(sheets: Sequence[Sheet], path: str, name: str) -> list[MemberReading] | None:
    """The sheets of a workbook as rows of archive tables, found by the file's name or a sheet's header; None if none.

    `name` is the file's base name.
    """
    readings = [_read_sheet(sheet, f"{path}#{sheet.name}", name) for sheet in sheets]
    return readings if any(reading.table for reading in readings) else None


def _read_sheet(sheet: Sheet, path: str, name: str) -> MemberReading:
    records = [Record(row.number, [as_text(cell) or "" for cell in row.cells]) for row in sheet.rows]
    found = _header_of(records, name)
    if not records:
        return MemberReading(path, None, "empty")
    if found is None:
        return MemberReading(path, None, "unrecognised", "no header that linkstrata knows")
    table, place = found
    header = [cell.strip() for cell in records[place].cells]
    below = records[place + 1 :]

    def data() -> Iterator[Record]:
        # A sheet's rows end at their last cell that is not blank: the rest was there.
        for record in below:
            yield Record(record.line, record.cells + [""] * (len(header) - len(record.cells)))

    rows = TypedRows(table, header, data)
    return MemberReading(path, table.name, "loaded" if below else "empty", rows.drift(), read_rows=rows.frames)


def _header_of(records: Sequence[Record], name: str) -> tuple[Table, int] | None:
    named = table_of_file(name)
    for place, record in enumerate(records[:HEADER_RECORDS]):
        if named is not None and header_score(named)(record.cells):
            return named, place
        table = table_of_header(record.cells, name)
        if table is not None:
            return table, place
    return None
