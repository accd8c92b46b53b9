"""What a cell of a workbook says: numbers and shares, written as numbers or as text in any language's manner.

Days are in `sheet_days.py`, because one alone does not tell its month from its day.
"""

from __future__ import annotations

import math
import re

from linkstrata.exports.sheets import Cell

_SPACES = re.compile(r"[\s\u00a0\u202f'’]+")
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,]\d{3})+")
_PERCENT = re.compile(r"[%٪﹪％]")


class Unreadable(ValueError):
    """A cell does not hold what its column says; the text is a one-line reason."""


def whole_number(cell: Cell) -> int | None:
    """A count such as 6530.0, "6,530", "6.530" or "6 530"; None where blank. Raises Unreadable."""
    if cell is None:
        return None
    if isinstance(cell, str):
        text = _plain_number(cell)
        if _GROUPED.fullmatch(text):
            text = re.sub(r"[.,]", "", text)
        if re.fullmatch(r"[+-]?\d{1,18}", text):
            return int(text)
    value = _float(cell) if is_number(cell) else math.nan
    if not value.is_integer() or abs(value) >= 2**63:
        raise Unreadable(f"'{cell}' is no whole number")
    return int(value)


def real_number(cell: Cell) -> float | None:
    """A number such as 0.034, "0,034", "1,234.5" or "3.4%" (0.034); None where blank. Raises Unreadable."""
    if cell is None:
        return None
    if isinstance(cell, str) and _PERCENT.search(cell):
        return round(_float(_PERCENT.sub("", cell)) / 100, 12)
    return _float(cell)


def share(cell: Cell) -> float | None:
    """A share from 0 to 1 of 0.02, "2%" or "2,5 %"; None where blank or only bounded ("< 1%", "menos de 1%").

    Raises Unreadable.
    """
    if (
        isinstance(cell, str)
        and _PERCENT.search(cell)
        and re.search(r"[<＜≤]|[^\W\d_]", cell)
        and re.search(r"\d", cell)
    ):
        return None
    return real_number(cell)


def is_number(cell: Cell) -> bool:
    """Whether the cell is a number, as such or as text."""
    if cell is None or isinstance(cell, bool):
        return False
    try:
        _float(cell)
    except Unreadable:
        return False
    return True


def is_share(cell: Cell) -> bool:
    """Whether the cell can stand in a column of percentages: a number from 0 to 1, or text with a percent sign."""
    if isinstance(cell, str):
        return bool(_PERCENT.search(cell) and re.search(r"\d", cell))
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and 0 <= cell <= 1


def _plain_number(text: str) -> str:
    return _SPACES.sub("", text).replace("\u2212", "-")


def _float(cell: Cell) -> float:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, str):
        text = _plain_number(cell)
        if "," in text and "." in text:
            thousands = "," if text.rindex(",") < text.rindex(".") else "."
            text = text.replace(thousands, "").replace(",", ".")
        elif text.count(",") > 1:
            text = text.replace(",", "")
        else:
            text = text.replace(",", ".")
        if re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", text):
            return float(text)
    raise Unreadable(f"'{cell}' is no number")
