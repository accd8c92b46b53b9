"""Opens a workbook (.xlsx, .xls) safely and gives its sheets as rows of cells.

What a sheet means is not decided here: see `workbooks.py`. The parsing itself happens in a child process
(`cell_reader.py`), so that no workbook, however broken, takes this one down.
"""

from __future__ import annotations

import marshal
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from linkstrata.exports import cell_reader
from linkstrata.exports.container import Member
from linkstrata.exports.members import MemberFailed

LARGEST_WORKBOOK = 64 * 1024 * 1024
"""Bytes of the largest workbook that is opened; LinkedIn's own stay below one megabyte."""

MEMORY = 512 * 1024 * 1024
"""Bytes of memory that reading one workbook may take."""

PROCESSOR_SECONDS = 9
PATIENCE_SECONDS = 60

Cell = str | float | int | bool | datetime | None


def as_text(cell: Cell) -> str | None:
    """A cell as a person reads it: a whole number without ".0", a day without a time of midnight; None where blank."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ").removesuffix(" 00:00:00")
    return None if cell is None else str(cell)


@dataclass(frozen=True)
class Row:
    """A row that is not blank: its number in the sheet, from 1, and its cells, with no blank ones at the end."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, index: int) -> Cell:
        """The cell at `index`, from 0; None beyond the last."""
        return self.cells[index] if index < len(self.cells) else None

    def text(self) -> str:
        """The row as a person would read it, for a rejection."""
        return "\t".join(as_text(cell) or "" for cell in self.cells)


@dataclass(frozen=True)
class Sheet:
    """One worksheet. `problem` says why it could not be read, in which case it has no rows."""

    name: str
    rows: tuple[Row, ...]
    problem: str | None = None


def read_sheets(member: Member) -> list[Sheet]:
    """The worksheets of a workbook, in its order; charts are left out. Cells are trimmed, blank text is None.

    Raises MemberFailed where the member is no workbook, or one that is too large, broken or locked.
    """
    if member.size > LARGEST_WORKBOOK:
        raise MemberFailed(f"a workbook of {member.size:,} bytes is too large to open; save its sheets as CSV")
    with member.open() as stream:
        content = stream.read()
    limits = [str(MEMORY), str(PROCESSOR_SECONDS)]
    command = [sys.executable, "-I", "-S", "-B", cell_reader.__file__, _package_folder(), *limits]
    try:
        child = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise MemberFailed("the workbook takes too long to read; save its sheets as CSV") from None
    if child.returncode == cell_reader.LOCKED:
        raise MemberFailed("the workbook is locked with a password; save it again without one")
    if child.returncode:
        raise MemberFailed("not a workbook that can be read (broken, cut short or too large); export it again")
    return [Sheet(sheet, _rows(rows), problem) for sheet, problem, rows in marshal.loads(child.stdout)]


def _rows(rows: list[tuple[int, list[Any]]]) -> tuple[Row, ...]:
    return tuple(
        Row(number, tuple(datetime(*cell) if isinstance(cell, tuple) else cell for cell in cells))
        for number, cells in rows
    )


@cache
def _package_folder() -> str:
    package = find_spec("python_calamine")
    if package is None or package.origin is None:
        raise MemberFailed("python-calamine is not installed; install linkstrata again to read workbooks")
    return str(Path(package.origin).parents[1])
