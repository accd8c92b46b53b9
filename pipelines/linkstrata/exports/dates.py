"""Reads the dates and times of exports: every shape LinkedIn, Excel and tools write, and which of two orders is meant.

Works on columns of text. Which column is a date is for the catalogue; what to do with an unreadable one for the reader.
All moments are naive UTC: LinkedIn writes UTC, marked or not; another stated offset is converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

NATIVE_FORMATS = (
    (r"^(?:19|20)\d{2}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC$", "%Y-%m-%d %H:%M:%S UTC"),
    (r"^(?:19|20)\d{2}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$", "%Y-%m-%d %H:%M:%S"),
    (r"^(?:19|20)\d{2}/\d{2}/\d{2} \d{2}:\d{2}:\d{2} UTC$", "%Y/%m/%d %H:%M:%S UTC"),
    (r"^\d{2} [A-Z][a-z]{2} (?:19|20)\d{2}$", "%d %b %Y"),
    (r"^(?:19|20)\d{2}-\d{2}-\d{2}$", "%Y-%m-%d"),
)
"""Shape and strptime format of the styles that files have by the hundred thousand; the only ones read column-wise."""

_MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        # English, Spanish, Portuguese, French, German, Italian, Dutch, Scandinavian; full names and abbreviations.
        "january jan enero ene janeiro janvier janv januar jänner gennaio gen januari",
        "february feb febrero fevereiro fev février févr fév februar febbraio februari",
        "march mar marzo março mars märz mrz mär maart mrt marts",
        "april apr abril abr avril avr aprile",
        "may mayo maio mai maggio mag mei maj",
        "june jun junio junho juin juni giugno giu",
        "july jul julio julho juillet juil juli luglio lug",
        "august aug agosto ago août aoû aou augustus augusti",
        "september sep sept septiembre setembro set septembre settembre",
        "october oct octubre outubro out octobre oktober okt ottobre ott",
        "november nov noviembre novembro novembre",
        "december dec diciembre dic dezembro dez décembre déc dezember dicembre des desember",
    ),
    start=1,
):
    _MONTHS.update(dict.fromkeys(_names.split(), _number))

_TIME = (
    r"(?:(?:,|\s+at\b|T|\s)\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)
_ZONE = r"(?:\s*\(?(?P<zone>UTC|GMT|Z|(?:UTC|GMT)?[+-]\d{2}:?\d{2})\)?)?"
_WORD = r"(?P<word>[^\W\d_]+)\.?"
_YEAR = r"(?P<year>\d{4}|\d{2})"


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern + _TIME + _ZONE, re.IGNORECASE)


_YEAR_FIRST = _shape(r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})")
_DAY_WORD = _shape(rf"(?P<day>\d{{1,2}})\.?(?:\s+de)?[\s-]+{_WORD}(?:\s+de)?[\s,-]+{_YEAR}")
_WORD_DAY = _shape(rf"{_WORD}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})")
_UNIX = re.compile(
    rf"[A-Za-z]{{3}} {_WORD} (?P<day>\d{{1,2}}) (?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d) "
    rf"(?P<zone>UTC|GMT) {_YEAR}"
)
_NUMBERS = _shape(rf"(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<second_number>\d{{1,2}})(?P=mark){_YEAR}")
_WORD_YEAR = re.compile(rf"{_WORD},?\s+(?P<year>\d{{4}})")
_ONLY_YEAR = re.compile(r"(?P<year>\d{4})")

NOTHING = frozenset({"", "n/a", "na", "none", "null", "not available", "-", "--"})
"""What stands for no value in a date, number or flag (never in a text: there it may be somebody's name)."""


class OrderUnknown(Exception):
    """A numeric date that can be read day first or month first; its text is that date."""


@dataclass
class OrderEvidence:
    """What the numeric dates of a column prove about their order."""

    day_first: str | None = None
    month_first: str | None = None
    open: str | None = None
    """The first date that either order can read."""

    def add(self, text: str) -> None:
        """Takes one cell into account."""
        match = _NUMBERS.fullmatch(_tidy(text))
        if match is None or match["mark"] == "." or match["half"]:
            return
        first, second = int(match["first"]), int(match["second_number"])
        if first > 12 >= second:
            self.day_first = self.day_first or text
        elif second > 12 >= first:
            self.month_first = self.month_first or text
        elif first != second:
            self.open = self.open or text

    @property
    def settled(self) -> bool | None:
        """True where days come first, False where months do, None where nothing or both are proved."""
        if (self.day_first is None) == (self.month_first is None):
            return None
        return self.day_first is not None

    @property
    def contradicts(self) -> bool:
        """Whether both orders occur."""
        return self.day_first is not None and self.month_first is not None


def order_of(values: Iterable[str]) -> bool | None:
    """Whether the numeric dates among the values put the day first; None where the values do not settle it."""
    evidence = OrderEvidence()
    for value in values:
        evidence.add(value)
    return evidence.settled


def read_moment(text: str, day_first: bool | None = None, partial: bool = False) -> datetime | None:
    """One date or time, or None where the text is none.

    `day_first` is the order of purely numeric dates; it is asked for only where the date itself leaves it open, and
    OrderUnknown is raised where it is None then. With `partial`, a month or a year alone means its first day.
    """
    text = _tidy(text)
    for shape in (_YEAR_FIRST, _DAY_WORD, _WORD_DAY, _UNIX):
        if match := shape.fullmatch(text):
            return _moment(match, _month(match), int(match["day"]))
    if match := _NUMBERS.fullmatch(text):
        first, second = int(match["first"]), int(match["second_number"])
        if match["mark"] == "." or first > 12 or first == second:
            day_first = True
        elif second > 12 or match["half"]:
            # The archive's own style, 10/4/18, 7:05 AM, is American wherever the member lives.
            day_first = False
        elif day_first is None:
            raise OrderUnknown(text)
        return _moment(match, second, first) if day_first else _moment(match, first, second)
    if partial and (match := _WORD_YEAR.fullmatch(text)):
        return _moment(match, _month(match), 1)
    if partial and (match := _ONLY_YEAR.fullmatch(text)):
        return _moment(match, 1, 1)
    return None


def read_moments(values: pl.Series, day_first: bool | None = None, partial: bool = False) -> pl.Series:
    """A text column as Datetime: NULL where a cell is blank, stands for nothing, or is no date.

    Raises OrderUnknown like `read_moment`.
    """
    moments = pl.Series(values.name, [None], dtype=pl.Datetime("us")).new_from_index(0, len(values))
    given = values.drop_nulls()
    if given.is_empty():
        return moments
    style = native_format(given[0])
    if style is not None:
        pattern, written = style
        fitting = values.set(~values.str.contains(pattern).fill_null(False), None)
        moments = fitting.str.to_datetime(written, strict=False, time_unit="us")
    rest = values.filter(moments.is_null() & values.is_not_null()).unique(maintain_order=True)
    if rest.is_empty():
        return moments
    known = {text: read_moment(text, day_first, partial) for text in rest if not stands_for_nothing(text)}
    repaired = values.replace_strict(
        pl.Series(list(known), dtype=pl.String),
        pl.Series(list(known.values()), dtype=pl.Datetime("us")),
        default=None,
        return_dtype=pl.Datetime("us"),
    )
    return moments.fill_null(repaired) if style is not None else repaired


def native_format(text: str) -> tuple[str, str] | None:
    """Shape and strptime format of a native style that the text is written in."""
    return next((style for style in NATIVE_FORMATS if re.search(style[0], text)), None)


def stands_for_nothing(text: str) -> bool:
    """Whether a cell of a typed column is blank or says so in words."""
    return text.strip().casefold() in NOTHING


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _month(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return int(groups["month"]) if groups.get("month") else _MONTHS.get(match["word"].casefold(), 0)


def _moment(match: re.Match[str], month: int, day: int) -> datetime | None:
    parts = match.groupdict()
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        # LinkedIn knows no date before 2003; a fixed turn keeps a rebuild in later years the same.
        year += 2000 if year < 70 else 1900
    if not 1900 <= year < 2100:
        return None
    hour = int(parts.get("hour") or 0)
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "pP" else 0)
    try:
        moment = datetime(year, month, day, hour, int(parts.get("minute") or 0), int(parts.get("second") or 0))
    except ValueError:
        return None
    return _to_utc(moment, parts.get("zone"))


def _to_utc(moment: datetime, zone: str | None) -> datetime:
    match = re.search(r"([+-])(\d{2}):?(\d{2})$", zone or "")
    if match is None:
        return moment
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return moment - offset if match[1] == "+" else moment + offset
