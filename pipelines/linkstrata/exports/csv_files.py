"""Reads delimited text files: finds the header, the delimiter and the encoding, and gives the rows.

Two ways lead to them: a careful one that streams record by record in bounded memory (`records.py`, `typed_rows.py`),
and, for a large file that a look at all its bytes proves plain, the offer that a database engine reads it by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

import polars as pl

from linkstrata.exports import dates
from linkstrata.exports.blocks import can_be_cut, columns_and_records
from linkstrata.exports.catalogue import TABLES, numbered
from linkstrata.exports.container import Member
from linkstrata.exports.encodings import LARGE_BYTES, Encoding, lines_of, open_bytes, open_text
from linkstrata.exports.frames import frame_schema
from linkstrata.exports.members import BATCH_ROWS, CleanFile, MemberReading, Rejected
from linkstrata.exports.records import Records
from linkstrata.exports.tables import Table
from linkstrata.exports.typed_rows import Columns, Record, TypedRows, as_json

HEADER_RECORDS = 10
"""The header stands among the first so many records."""
COLUMNS_AT_MOST = 5_000
"""A record of more cells is no header; the widest of LinkedIn's has 59."""
DELIMITERS = (",", ";", "\t")
SAMPLE_ROWS = 2_000
"""Rows of a large file that are looked at before it is offered as clean."""

Score = Callable[[Sequence[str]], int]
"""How much a record looks like a header; 0 where it does not."""


@dataclass(frozen=True)
class Layout:
    """Where the header of a delimited file is, and what separates its cells."""

    encoding: Encoding
    delimiter: str
    header: tuple[str, ...]
    lines_before: int
    """Physical lines above the header."""
    is_empty: bool
    """Nothing follows the header."""


def find_layout(member: Member, encoding: Encoding, score: Score) -> Layout | None:
    """The layout of a file by the record among its first ten that scores best; None where none does.

    Of delimiters under which it scores the same, the one that gives more cells.
    """
    found: list[tuple[int, int, Layout]] = []
    for delimiter in DELIMITERS:
        with open_text(member, encoding) as text:
            records = list(islice(Records(lines_of(text, encoding), delimiter), HEADER_RECORDS + 1))
        narrow = ((n, cells) for n, (_, cells) in enumerate(records[:HEADER_RECORDS]) if len(cells) <= COLUMNS_AT_MOST)
        points, place = max(((score(cells), -n) for n, cells in narrow), default=(0, 0))
        if points:
            line, cells = records[-place]
            empty = len(records) <= HEADER_RECORDS and not any(any(after) for _, after in records[1 - place :])
            header = tuple(cell.strip() for cell in cells)
            found.append((points, len(cells), Layout(encoding, delimiter, header, line - 1, empty)))
    return max(found, key=lambda each: each[:2], default=(0, 0, None))[2]


def header_score(table: Table) -> Score:
    """How many headers of a table a record holds: 0 unless there are three, or the whole of a generation, or nothing
    but headers of the table."""
    known = table.known_headers
    generations = [set(numbered(generation.header)) for generation in table.generations]

    def score(cells: Sequence[str]) -> int:
        present = set(numbered(cells))
        points = sum(name in known for name in present)
        told = points >= 3 or any(present.issuperset(each) for each in generations)
        return points if told or points == sum(bool(cell.strip()) for cell in cells) > 1 else 0

    return score


def cells_given(cells: Sequence[str]) -> int:
    """The score by which a header nobody knows is found: the first of the longest records that are not mostly blank."""
    given = sum(bool(cell.strip()) for cell in cells)
    return len(cells) if 2 * given >= len(cells) else 0


def read_table(member: Member, table: Table, layout: Layout) -> MemberReading:
    """A member as rows of a table, typed and repaired."""
    in_blocks = member.size > LARGE_BYTES and can_be_cut(layout.encoding, len(layout.header))
    faster = partial(_data_in_blocks, member, layout) if in_blocks else None
    rows = TypedRows(table, layout.header, partial(_data, member, layout), layout.delimiter, faster)
    if layout.is_empty:
        return MemberReading(member.path, table.name, "empty", rows.drift())
    clean = _clean_file(member, table, layout, rows)
    return MemberReading(member.path, table.name, "loaded", rows.drift(), clean, rows.frames)


def read_unknown(member: Member, layout: Layout) -> MemberReading:
    """Rows of a file nobody knows, each as a JSON object, for the table of unrecognised rows."""
    names = [
        f"{name} ({place + 1})" if name in layout.header[:place] else name or f"column {place + 1}"
        for place, name in enumerate(layout.header)
    ]
    schema = frame_schema(TABLES["unrecognised_rows"])

    def as_object(cells: list[str]) -> str | None:
        beyond = [f"column {place + 1}" for place in range(len(names), len(cells))]
        return as_json(dict(zip([*names, *beyond], cells, strict=False)))

    def read_rows(_rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
        records = (record for record in _data(member, layout) if any(record.cells))
        while batch := list(islice(records, BATCH_ROWS)):
            rows = [(member.path, as_object(record.cells), record.line, None) for record in batch]
            yield pl.DataFrame(rows, schema=schema, orient="row")

    detail = f"no file that linkstrata knows; its columns: {', '.join(names)}"
    return MemberReading(member.path, "unrecognised_rows", "unrecognised", detail, read_rows=read_rows)


def _data(member: Member, layout: Layout) -> Iterator[Record]:
    """The records below the header."""
    encoding, width = layout.encoding, len(layout.header)
    with open_text(member, encoding) as text:
        lines = iter(lines_of(text, encoding))
        above = sum(1 for _ in islice(lines, layout.lines_before))
        records = Records(lines, layout.delimiter, width, encoding.has_backslash_quotes)
        for line, cells in islice(records, 1, None):
            yield Record(above + line, cells, "" if len(cells) == width else records.raw)


def _data_in_blocks(member: Member, layout: Layout) -> Iterator[Columns | Record]:
    """The same, many at once where that can be."""
    with open_bytes(member) as stream:
        yield from columns_and_records(
            stream, layout.encoding, layout.delimiter, len(layout.header), layout.lines_before
        )


def _clean_file(member: Member, table: Table, layout: Layout, rows: TypedRows) -> CleanFile | None:
    """The offer to read a large file directly, where its bytes and a sample of its rows show nothing odd."""
    if member.size <= LARGE_BYTES or not layout.encoding.is_plain or layout.delimiter != ",":
        return None
    if rows.unknown or table.unquoted_breaks or table.wrapped_lines or table.overflow:
        return None
    sample = [record.cells for record in islice(_data(member, layout), SAMPLE_ROWS)]
    if any(len(cells) != len(layout.header) for cells in sample):
        return None
    formats: dict[str, str] = {}
    for column in table.columns:
        if column.pattern is not None or column.partial:
            return None
        if column.type in ("date", "timestamp") and column.name in rows.places:
            given = [cells[rows.places[column.name]] for cells in sample if cells[rows.places[column.name]]]
            style = dates.native_format(given[0]) if given else None
            if style is None or not all(re.search(style[0], text) for text in given):
                return None
            formats[column.name] = style[1]
    columns = {name: layout.header[place] for name, place in rows.places.items()}
    return CleanFile(member.on_disk(), layout.delimiter, layout.lines_before, layout.header, columns, formats)
