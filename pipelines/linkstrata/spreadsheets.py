"""Text that goes into a CSV for a spreadsheet, and comes back: no cell of ours is ever run as a formula."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text cell for a formula."""

MARK = "'"


def neutralised(value: object) -> object:
    """The value as a CSV cell; text that a spreadsheet would run gets a mark in front. Numbers stay numbers."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return MARK + value
    return value


def restored(cell: str) -> str:
    """The text that `neutralised` made this cell from."""
    return cell[1:] if cell.startswith(MARK) and cell[1:].startswith(FORMULA_STARTS) else cell
