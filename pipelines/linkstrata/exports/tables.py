"""How a raw table is declared: its columns, the files that land in it, what its rows claim.

The words of the declarations alone. Which tables there are is said in `network_tables.py`, `activity_tables.py`,
`profile_tables.py` and `account_tables.py` (archive files), in `workbook_tables.py` and `list_tables.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal

Type = Literal["text", "date", "timestamp", "integer", "real", "boolean", "profile_url", "profile_urls"]
Evidence = Literal["R", "P", "D"]
"""[R] seen in a real file, [P] told by other parsers, [D] documented by LinkedIn."""


class Kind(Enum):
    """What an export's rows claim."""

    SNAPSHOT = "each export states all there is"
    LOG = "each export repeats and adds"


@dataclass(frozen=True)
class Column:
    """A typed column and the headers it stands under, compared by `normalised`."""

    name: str
    type: Type
    headers: tuple[str, ...]
    description: str
    pattern: str | None = None
    """Takes the first group of this expression out of the cell; nothing where it does not match."""
    partial: bool = False
    """A date that may lack its day or month; its first day is meant."""


@dataclass(frozen=True)
class Generation:
    """One header as it was seen, or told, in exact order."""

    label: str
    header: tuple[str, ...]
    evidence: Evidence
    era: str


@dataclass(frozen=True)
class Table:
    """One raw table and the files that land in it."""

    name: str
    files: tuple[str, ...]
    """Base names without `.csv`, compared by `normalised`; shards and second downloads fold into them."""
    kind: Kind
    columns: tuple[Column, ...]
    description: str
    generations: tuple[Generation, ...] = ()
    person_names: tuple[tuple[str, ...], ...] = ()
    """Groups of columns that, joined by a space, are a person's name."""
    unquoted_breaks: str | None = None
    """A last column whose line breaks the exporter forgets to quote."""
    wrapped_lines: str | None = None
    """A column each of whose lines the exporter wraps in quotes of its own."""
    overflow: str | None = None
    """A last column whose commas the exporter forgets to quote."""

    @property
    def known_headers(self) -> Mapping[str, tuple[Column, ...]]:
        """The columns that each normalised header feeds."""
        return _headers_of(self)


def normalised(name: str) -> str:
    """A header or base name as it is compared: caseless, letters a–z and digits alone."""
    return _NEITHER_LETTER_NOR_DIGIT.sub("", name.casefold())


_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[^a-z0-9]+")


def _headers_of(table: Table) -> dict[str, tuple[Column, ...]]:
    found: dict[str, tuple[Column, ...]] = {}
    for column in table.columns:
        for header in column.headers:
            found[normalised(header)] = (*found.get(normalised(header), ()), column)
    return found


def text(name: str, headers: str | tuple[str, ...], description: str) -> Column:
    """A column of text, kept as it stands."""
    return Column(name, "text", _several(headers), description)


def day(name: str, headers: str | tuple[str, ...], description: str) -> Column:
    """A column of dates."""
    return Column(name, "date", _several(headers), description)


def moment(name: str, headers: str | tuple[str, ...], description: str) -> Column:
    """A column of times."""
    return Column(name, "timestamp", _several(headers), description)


def flag(name: str, headers: str | tuple[str, ...], description: str) -> Column:
    """A column of yes and no."""
    return Column(name, "boolean", _several(headers), description)


def number(name: str, headers: str | tuple[str, ...], description: str) -> Column:
    """A column of numbers."""
    return Column(name, "real", _several(headers), description)


def address(name: str, headers: str | tuple[str, ...], description: str) -> Column:
    """A column of people's addresses."""
    return Column(name, "profile_url", _several(headers), description)


def vague_day(name: str, headers: str | tuple[str, ...], description: str) -> tuple[Column, Column]:
    """A date that may be a month or a year alone: its first day, and beside it what was written."""
    return (
        Column(
            name, "date", _several(headers), f"{description}; the first day of the month or year stated", partial=True
        ),
        Column(f"{name}_text", "text", _several(headers), f"{description}, as written"),
    )


def part(name: str, kind: Type, header: str, pattern: str, description: str) -> Column:
    """What an expression's first group finds in a cell that holds several things."""
    return Column(name, kind, (header,), description, pattern=pattern)


def seen(label: str, header: str, era: str, evidence: Evidence = "R") -> Generation:
    """A header of comma-separated names."""
    return Generation(label, tuple(header.split(",")), evidence, era)


def _several(headers: str | tuple[str, ...]) -> tuple[str, ...]:
    return (headers,) if isinstance(headers, str) else headers
