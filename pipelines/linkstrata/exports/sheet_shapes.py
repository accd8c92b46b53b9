"""The shape of a sheet, whatever its name and language: where its header is, where its rows are, what is filler.

What the columns mean is not decided here: see `creator_workbooks.py` and `company_workbooks.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from linkstrata.exports.addresses import parse_address
from linkstrata.exports.cells import is_number, is_share
from linkstrata.exports.sheet_days import days_in_text, looks_like_day
from linkstrata.exports.sheets import Cell, Row, Sheet

_ADDRESS = re.compile(r"(https?://|(www\.)?linkedin\.com/)", re.IGNORECASE)

_DATE_HEADING = re.compile(r"dat[aeuo]|fecha|日", re.IGNORECASE)


@dataclass(frozen=True)
class Grid:
    """A sheet's header and its rows, in the columns that have a heading or hold text."""

    above: tuple[Row, ...]
    """The rows over the header: a note, a total."""
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    header_number: int


def is_address(cell: Cell) -> bool:
    """Whether a cell is a web address."""
    return isinstance(cell, str) and _ADDRESS.match(cell) is not None


def without_filler(sheet: Sheet) -> tuple[Row, ...]:
    """The sheet's rows but those that hold one number and nothing else: some workbooks fill unused cells with one."""
    return tuple(row for row in sheet.rows if not _is_filler(row.cells))


def stated_period(rows: tuple[Row, ...]) -> list[str]:
    """Both ends of the period that the first row states ("8/25/2024 - 11/22/2024"), as written; else nothing."""
    written = [days_in_text(cell) for cell in rows[0].cells[:2] if isinstance(cell, str)] if rows else []
    return next((days for days in written if len(days) == 2), [])


def address_beside_label(rows: tuple[Row, ...]) -> str | None:
    """The post's address where the sheet's first rows are labels and values, one value an address; else None.

    A name with the address of a profile beside it is a row of a list of people.
    """
    values = (row.cell(1) for row in rows[:6] if len(row.cells) == 2 and isinstance(row.cell(0), str))
    found = (value for value in values if isinstance(value, str) and is_address(value))
    return next((value for value in found if parse_address(value) is None), None)


def dated_grid(rows: tuple[Row, ...]) -> Grid | None:
    """A table whose rows begin with a day: figures by day. None where no row does."""
    return _grid(rows, lambda row: looks_like_day(row.cell(0)))


def share_grid(rows: tuple[Row, ...]) -> Grid | None:
    """A table of texts in two columns and a percentage in the third. None without such a row, or with days."""

    def is_data(row: Row) -> bool:
        return _is_text(row.cell(0)) and row.cell(1) is not None and is_share(row.cell(2))

    return None if dated_grid(rows) else _grid(rows, is_data)


def count_grid(rows: tuple[Row, ...]) -> Grid | None:
    """A table of two columns, a text and a number, under a header in the sheet's first row; else None."""
    grid = _grid(rows, lambda row: _is_text(row.cell(0)) and is_number(row.cell(1)))
    return grid if grid and not grid.above and len(grid.headings) == 2 else None


def wide_grid(rows: tuple[Row, ...], least_columns: int) -> Grid | None:
    """A table of at least so many columns under a header in one of the first three rows; else None."""
    for index, row in enumerate(rows[:3]):
        if sum(_is_text(cell) for cell in row.cells) >= least_columns:
            return _below(rows, index)
    return None


def rankings(rows: tuple[Row, ...]) -> tuple[Row, list[int], tuple[Row, ...]] | None:
    """Tables of an address, a day and a number that stand side by side: their header, first columns and rows."""
    for index, row in enumerate(rows[:5]):
        columns = _runs_of_three(row)
        if columns and (len(columns) > 1 or any(is_address(below.cell(columns[0])) for below in rows[index + 1 :])):
            return row, columns, rows[index + 1 :]
    return None


def header_grid(rows: tuple[Row, ...]) -> Grid | None:
    """A daily table without rows: nothing but a header whose first heading says "date" in some language; else None."""
    for index, row in enumerate(rows):
        if _DATE_HEADING.match(str(row.cell(0))) and len(row.cells) > 1 and all(map(_is_text, row.cells)):
            return _below(rows, index) if index == len(rows) - 1 else None
    return None


def bare_header(rows: tuple[Row, ...]) -> Grid | None:
    """A table without rows, of any kind: a single row of texts; else None."""
    named = len(rows) == 1 and len(rows[0].cells) > 1 and all(map(_is_text, rows[0].cells))
    return _below(rows, 0) if named else None


def _grid(rows: tuple[Row, ...], is_data: Callable[[Row], bool]) -> Grid | None:
    first = next((index for index, row in enumerate(rows) if is_data(row)), 0)
    for index in range(first - 1, -1, -1):
        if sum(_is_text(cell) for cell in rows[index].cells) > 1:
            return _below(rows, index)
    return None


def _below(rows: tuple[Row, ...], header: int) -> Grid:
    """The grid under a header row. A column without a heading stays only where it holds more than numbers."""
    heading, below = rows[header], rows[header + 1 :]
    width = max((len(row.cells) for row in rows[header:]), default=0)
    kept = [
        column
        for column in range(width)
        if _is_text(heading.cell(column)) or any(_is_text(row.cell(column)) for row in below)
    ]
    names = tuple(str(heading.cell(column) or f"column {column + 1}") for column in kept)
    cut = (Row(row.number, tuple(row.cell(column) for column in kept)) for row in below)
    return Grid(
        rows[:header], names, tuple(row for row in cut if any(c is not None for c in row.cells)), heading.number
    )


def _runs_of_three(header: Row) -> list[int]:
    """First columns of the runs of exactly three headings that the header consists of; [] where it is not so."""
    runs: list[list[int]] = []
    for column, cell in enumerate(header.cells):
        if not _is_text(cell):
            continue
        if runs and runs[-1][-1] == column - 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    return [run[0] for run in runs] if runs and all(len(run) == 3 for run in runs) else []


def _is_text(cell: Cell) -> bool:
    return isinstance(cell, str) and not is_number(cell)


def _is_filler(cells: tuple[Cell, ...]) -> bool:
    values = [cell for cell in cells if cell is not None]
    return all(is_number(value) for value in values) and len({str(value) for value in values}) == 1
