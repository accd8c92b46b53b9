"""How LinkedIn writes text: the dialects of its files, its styles of dates and addresses.

What stands in which file is said in `network_files`, `activity_files` and `profile_files`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TextIO
from urllib.parse import quote

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ADDRESS = "https://www.linkedin.com/in/"


class Dialect(Enum):
    """Line ends, quoting and encoding of a file."""

    LINE_FEED = "most files: UTF-8, lines end with LF, quoted where needed"
    CARRIAGE_RETURN = "the activity files until 2025: the same, lines end with CR LF"
    UNQUOTED_BREAKS = "Comments.csv until 2025: CR LF, and a text is not quoted for a line break alone"
    UTF_16 = "2018: UTF-16 with a byte order mark, tabs, everything quoted"


@dataclass(frozen=True)
class TextFile:
    """A file of an archive: its path in there, its header and its rows. `preamble` stands above the header."""

    path: str
    header: Sequence[str]
    rows: Iterable[Sequence[str]]
    dialect: Dialect = Dialect.LINE_FEED
    preamble: str = ""

    @property
    def encoding(self) -> str:
        return "utf-16-le" if self.dialect is Dialect.UTF_16 else "utf-8"

    def write(self, out: TextIO) -> None:
        """Writes all of it, row by row, to a stream that does not translate line ends."""
        out.write(self.preamble)
        if self.dialect is Dialect.UNQUOTED_BREAKS:
            out.write(",".join(self.header) + "\r\n")
            out.writelines(",".join(_quoted_unless_broken(text) for text in row) + "\r\n" for row in self.rows)
        elif self.dialect is Dialect.UTF_16:
            out.write("\ufeff")
            tabs = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
            tabs.writerow(self.header)
            tabs.writerows(self.rows)
        else:
            commas = csv.writer(out, lineterminator="\r\n" if self.dialect is Dialect.CARRIAGE_RETURN else "\n")
            commas.writerow(self.header)
            commas.writerows(self.rows)


def _quoted_unless_broken(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def columns(names: str) -> list[str]:
    """A header from its names with commas between."""
    return names.split(",")


# -- dates ----------------------------------------------------------------------------------------------------------


def day_month_year(day: date) -> str:
    """05 Mar 2024"""
    return f"{day.day:02d} {_MONTHS[day.month - 1]} {day.year}"


def iso_seconds(moment: datetime) -> str:
    """2024-03-05 07:08:09"""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def slashed_seconds(moment: datetime) -> str:
    """2024/03/05 07:08:09 UTC"""
    return f"{moment:%Y/%m/%d %H:%M:%S} UTC"


def american_minutes(moment: datetime) -> str:
    """3/5/24, 7:08 AM"""
    return f"{moment.month}/{moment.day}/{moment.year % 100:02d}, {moment.hour % 12 or 12}:{moment:%M %p}"


def padded_minutes(moment: datetime) -> str:
    """03/05/24, 07:08 AM"""
    return f"{moment:%m/%d/%y, %I:%M %p}"


def unix_style(moment: datetime) -> str:
    """Tue Mar 05 07:08:09 UTC 2024"""
    month = _MONTHS[moment.month - 1]
    return f"{_DAYS[moment.weekday()]} {month} {moment.day:02d} {moment:%H:%M:%S} UTC {moment.year}"


def month_year(day: date) -> str:
    """Mar 2024"""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def long_day(day: date) -> str:
    """Mar 5, 2024"""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


# -- addresses ------------------------------------------------------------------------------------------------------


def escaped_address(slug: str) -> str:
    """As in Connections.csv: what is not ASCII is percent-encoded, in upper-case hexadecimal."""
    return _ADDRESS + quote(slug)


def plain_address(slug: str) -> str:
    """As in messages.csv and Invitations.csv: letters as they are."""
    return _ADDRESS + slug


def bare_address(slug: str) -> str:
    """As in the endorsement files: no scheme."""
    return plain_address(slug).removeprefix("https://")
