"""Days in a workbook: 3/4/2024 is March 4th in one language and April 3rd in another, and the cell does not say which.

A workbook writes all its days in one manner, so the manner is found once, from all of them and the period in the
file's name, and then used for each. Days in CSV files are in `dates.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from linkstrata.exports.cells import Unreadable
from linkstrata.exports.sheets import Cell, Row

DayOrder = Literal["month first", "day first"]
Period = tuple[date, date]

_DAY = r"(\d{1,4})([/.\-])\s?(\d{1,2})\2\s?(\d{1,4})\.?"
_WRITTEN_DAY = re.compile(_DAY)
_DAY_IN_TEXT = re.compile(r"(?<![\d/])\d{1,4}([/.\-])\s?\d{1,2}\1\s?\d{2,4}(?!\d)")
_ISO_DAY = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_POST_NUMBER = re.compile(r"(?:activity|share|ugcPost)(?::|%3A|-)(\d{15,20})", re.IGNORECASE)

ReadDay = Callable[[Cell], date | None]

UNDECIDED = (
    "its days can be read month first and day first; put the period it covers into the file's name, "
    "such as Content_2024-01-01_2024-12-31_Name.xlsx"
)


class UndecidedDays(Exception):
    """A sheet shows days that can be read in two ways; the text is a one-line reason."""


def looks_like_day(cell: Cell) -> bool:
    """Whether a cell is a day, as such or written with digits in any order."""
    return isinstance(cell, datetime) or (isinstance(cell, str) and _WRITTEN_DAY.fullmatch(cell) is not None)


def days_in_text(text: str) -> list[str]:
    """The days written in a label, such as both ends of "8/25/2024 - 11/22/2024"."""
    return [found.group() for found in _DAY_IN_TEXT.finditer(text)]


def period_in_name(file_name: str) -> Period | None:
    """The first and last day that a file's name states (`Content_2024-08-25_2024-11-22_…`); None below two."""
    days = []
    for written in _ISO_DAY.findall(file_name):
        try:
            days.append(date.fromisoformat(written))
        except ValueError:
            continue
    return (min(days), max(days)) if len(days) > 1 else None


def _posted_on(address: str) -> date | None:
    """The UTC day a post was made, from the number in its address (its upper bits count milliseconds); else None."""
    number = _POST_NUMBER.search(address)
    if number is None:
        return None
    try:
        return datetime.fromtimestamp((int(number[1]) >> 22) / 1000, UTC).date()
    except (OverflowError, ValueError, OSError):
        return None


def day_reader(order: DayOrder | None) -> ReadDay:
    """What reads a workbook's cells as days, once it is known how they are written.

    It gives None where a cell is blank, raises Unreadable where it is no day, and UndecidedDays where the day depends
    on an order that nothing told.
    """

    def read_day(cell: Cell) -> date | None:
        if cell is None:
            return None
        if isinstance(cell, datetime):
            return cell.date()
        written = cell if isinstance(cell, str) else ""
        if order is None and _as_day(written, "month first") != _as_day(written, "day first"):
            raise UndecidedDays(UNDECIDED)
        day = _as_day(written, order or "month first")
        if day is None:
            raise Unreadable(f"'{cell}' is no day")
        return day

    return read_day


@dataclass
class DayEvidence:
    """What a workbook gives to tell its order of day and month."""

    period: Period | None
    """The period in the file's name."""
    sequences: list[list[str]] = field(default_factory=list)
    """The days of each daily table, as written, in their order."""
    others: list[str] = field(default_factory=list)
    """Further days, as written."""
    posts: list[tuple[str, date]] = field(default_factory=list)
    """A post's day as written, and the day its address tells."""

    def add_sequence(self, rows: Iterable[Row]) -> None:
        """Adds the first column of a daily table."""
        self.sequences.append([cell for row in rows if isinstance(cell := row.cell(0), str)])

    def add_post(self, day: Cell, address: str) -> None:
        """Adds a post's day and what its address tells of it."""
        if not isinstance(day, str):
            return
        if told := _posted_on(address):
            self.posts.append((day, told))
        else:
            self.others.append(day)

    def covered(self, read_day: ReadDay) -> Period | None:
        """The first and last day of the daily tables; None without any."""
        days = []
        for written in (day for days in self.sequences for day in days):
            with suppress(Unreadable, UndecidedDays):
                days.append(read_day(written))
        known = [day for day in days if day]
        return (min(known), max(known)) if known else None

    def order(self) -> DayOrder | None:
        """The order in which all days make sense; None where both orders do, or neither."""
        written = [day for days in self.sequences for day in days] + self.others + [day for day, _ in self.posts]
        if all(_as_day(day, "month first") == _as_day(day, "day first") for day in written):
            return "month first"
        only_month_first = any(_as_day(day, "day first") is None and _as_day(day, "month first") for day in written)
        only_day_first = any(_as_day(day, "month first") is None and _as_day(day, "day first") for day in written)
        if only_month_first or only_day_first:
            return None if only_month_first and only_day_first else "month first" if only_month_first else "day first"
        return self._better(self._within_period) or self._better(self._regularity) or self._better(self._at_posts)

    def _better(self, score: Callable[[DayOrder], float]) -> DayOrder | None:
        month_first, day_first = score("month first"), score("day first")
        if month_first == day_first:
            return None
        return "month first" if month_first > day_first else "day first"

    def _within_period(self, order: DayOrder) -> float:
        if self.period is None:
            return 0
        first, last = self.period
        days = [_as_day(day, order) for days in self.sequences for day in days]
        days += [_as_day(day, order) for day in self.others]
        return sum(day is not None and first <= day <= last for day in days)

    def _regularity(self, order: DayOrder) -> float:
        """How many neighbours in the daily tables are a day apart."""
        return sum(_following_days([_as_day(day, order) for day in days]) for days in self.sequences)

    def _at_posts(self, order: DayOrder) -> float:
        """How near the days are to what the posts' addresses tell; an edit or a time zone moves them a little."""
        days = ((_as_day(written, order), told) for written, told in self.posts)
        return -sum(abs(day - told).days for day, told in days if day is not None)


def _following_days(days: Iterable[date | None]) -> int:
    one = timedelta(days=1)
    return sum(None not in pair and pair[1] - pair[0] == one for pair in pairwise(days))  # type: ignore[operator]


def _as_day(written: str, order: DayOrder) -> date | None:
    found = _WRITTEN_DAY.fullmatch(written)
    if found is None:
        return None
    first, separator, second, third = found.groups()
    parts: Sequence[str]
    if len(first) == 4:
        parts = (first, second, third)
    elif separator == "." or order == "day first":
        parts = (third, second, first)
    else:
        parts = (third, first, second)
    year, month, day = (int(part) for part in parts)
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None
