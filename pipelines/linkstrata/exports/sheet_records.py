"""Records read out of sheets: what each sheet gives which table, and which of its rows could not be read.

Where a sheet's columns are and what they mean is decided by `creator_workbooks.py` and `company_workbooks.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from linkstrata.exports.cells import Unreadable
from linkstrata.exports.members import Rejected
from linkstrata.exports.sheet_days import DayEvidence, ReadDay
from linkstrata.exports.sheet_shapes import Grid
from linkstrata.exports.sheets import Cell, Row, as_text

ReadCell = Callable[[Cell], object]


@dataclass
class SheetRecords:
    """What one sheet, or one part of it, gives one table."""

    table: str
    part: str | None = None
    """Names the part where a sheet fills several tables."""
    rows: list[tuple[int, dict[str, object]]] = field(default_factory=list)
    """Row number in the sheet and values by column; "extra" holds what no column is for, as JSON."""
    rejected: list[Rejected] = field(default_factory=list)
    detail: str | None = None

    def add(self, row: Row, read: Callable[[], dict[str, object]]) -> None:
        """Adds the record that `read` makes of a row, or the row as rejected where a cell is unreadable."""
        try:
            self.rows.append((row.number, read()))
        except Unreadable as reason:
            self.rejected.append(Rejected(row.number, str(reason), row.text()))


@dataclass(frozen=True)
class KnownSheet:
    """A sheet whose shape was recognised: the days it shows, to find out how they are written, and how to read it."""

    add_days: Callable[[DayEvidence], None]
    read: Callable[[ReadDay], list[SheetRecords]]


@dataclass(frozen=True)
class Column:
    """Where a table's column stands in a grid and how its cells are read. A blank required cell rejects the row."""

    index: int
    read: ReadCell
    required: bool = False


def read_grid(
    table: str, grid: Grid, columns: Mapping[str, Column], constants: Mapping[str, object] | None = None
) -> SheetRecords:
    """The records of a grid's rows. Columns that nothing reads are kept in `extra` and named in `detail`."""
    records = SheetRecords(table)
    used = {column.index for column in columns.values()}
    unread = [(index, heading) for index, heading in enumerate(grid.headings) if index not in used]
    if unread:
        records.detail = "unknown column kept: " + ", ".join(heading for _, heading in unread)
    for row in grid.rows:
        records.add(row, lambda row=row: _record(row, grid.headings, columns, unread) | dict(constants or {}))  # type: ignore[misc]
    return records


def extra(values: Mapping[str, Cell]) -> str | None:
    """Cells that no column is for, as a JSON object; None where all are blank."""
    filled = {heading: as_text(cell) for heading, cell in values.items() if cell is not None}
    return json.dumps(filled, ensure_ascii=False) if filled else None


def _record(
    row: Row, headings: Sequence[str], columns: Mapping[str, Column], unread: Sequence[tuple[int, str]]
) -> dict[str, object]:
    record: dict[str, object] = {}
    for name, column in columns.items():
        cell = row.cell(column.index)
        if cell is None and column.required:
            raise Unreadable(f"'{headings[column.index]}' is blank")
        record[name] = column.read(cell)
    record["extra"] = extra({heading: row.cell(index) for index, heading in unread})
    return record
