"""How numbers, days and names of things are written on the pages."""

from __future__ import annotations

from datetime import date, datetime

NOTHING = "–"


def number(value: float | None) -> str:
    """With separators; a dash where nothing is known."""
    return NOTHING if value is None else f"{value:,}"


def counted(value: int, one: str, many: str | None = None) -> str:
    """A number and what it counts: "1 person", "2 people"."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def change(value: int) -> str:
    """A difference with its sign, or in words that there is none."""
    return "no change" if value == 0 else f"{'+' if value > 0 else '−'}{abs(value):,}"


def day(value: date | None) -> str:
    """As in 2 Jun 2026; a dash where nothing is known."""
    return NOTHING if value is None else f"{value.day} {value:%b %Y}"


def moment(value: datetime) -> str:
    """As in 2 Jun 2026, 14:05."""
    return f"{day(value)}, {value:%H:%M}"


def age(value: date, today: date) -> str:
    """How long ago a day was, as roughly as it is of use."""
    days = (today - value).days
    if days < 1:
        return "today"
    if days < 60:
        return f"{counted(days, 'day')} ago"
    if days < 730:
        return f"{days // 30} months ago"
    return f"{days // 365} years ago"


def between(after: date, by: date) -> str:
    """When something happened: its day, or the two days around it."""
    return day(by) if after == by else f"between {day(after)} and {day(by)}"
