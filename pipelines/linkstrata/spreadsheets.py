"""Text that goes into a CSV for a spreadsheet, and comes back: no cell of ours is ever run as a formula."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a text cell for a formula; the full-width signs do where East Asian text is typed."""

MARK = "'"


def neutralised(value: object) -> object:
    """The value as a CSV cell; text that a spreadsheet would run gets a mark in front. Numbers stay numbers."""
    return MARK + value if isinstance(value, str) and _wants_mark(value) else value


def restored(cell: str) -> str:
    """The text that `neutralised` made this cell from."""
    return cell[1:] if cell.startswith(MARK) and _wants_mark(cell[1:]) else cell


def _wants_mark(text: str) -> bool:
    # Text that begins with marks of its own gets one more, or it would lose one on its way back.
    return text.lstrip(MARK).startswith(FORMULA_STARTS)
