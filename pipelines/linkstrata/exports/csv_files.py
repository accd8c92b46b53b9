"""Reads delimited text: finds how a file is written, repairs what exporters and spreadsheets break, types the cells.

Which columns a table has is the catalogue's; which table a member is, the caller's. Two ways lead to rows: a careful
one that streams record by record in bounded memory and loses nothing, and, for a large file that a scan proves plain,
the offer that a database engine reads it by itself.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, TextIO

import polars as pl

from linkstrata.exports import dates
from linkstrata.exports.catalogue import numbered
from linkstrata.exports.container import Member
from linkstrata.exports.members import BATCH_ROWS, CleanFile, MemberFailed, MemberReading, Rejected
from linkstrata.exports.tables import Column, Table

LARGE_BYTES = 4 << 20
"""Larger members are read from disk and may be offered as clean files."""
SCAN_BYTES = 8 << 20
HEADER_RECORDS = 10
"""The header stands among the first so many records."""
DELIMITERS = (",", ";", "\t")
LINES_IN_A_RECORD = 10_000
"""A quoted cell that runs on for longer is taken for a lone quotation mark."""
LINES_READ_AGAIN = 200_000
"""After so many lines read twice because of lone quotation marks, one line is one record."""
RAW_CHARACTERS = 4_000
"""As much of a rejected record is kept."""

csv.field_size_limit(SCAN_BYTES)


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a member become text, and what a look at all of them found."""

    name: str
    errors: str = "strict"
    has_nul: bool = False
    has_backslash_quotes: bool = False
    is_plain: bool = False
    """Valid UTF-8 without NUL, backslash-quoted quotes or an odd number of quotation marks."""
    newline: str = ""


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


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 as Windows-1252, and the five that it lacks as Latin-1, as browsers do."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    broken = error.object[error.start : error.end]
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in broken), error.end


codecs.register_error("linkstrata-windows", _as_windows)


def encoding_of(member: Member) -> Encoding:
    """Looks at every byte once, in large chunks. Raises MemberFailed where the member is damaged or no text."""
    with _opened(member) as stream:
        start = stream.read(4)
        chunks = _chunks(start, stream)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return _check_wide(chunks, "utf-16")
        if len(start) == 4 and start[1] == start[3] == 0 and start[0] and start[2]:
            return _check_wide(chunks, "utf-16-le")
        if len(start) == 4 and start[0] == start[2] == 0 and start[1] and start[3]:
            return _check_wide(chunks, "utf-16-be")
        return _check_narrow(chunks)


def _chunks(start: bytes, rest: BinaryIO) -> Iterator[bytes]:
    chunk = start + rest.read(SCAN_BYTES)
    while chunk:
        if len(chunk) >= SCAN_BYTES and not (b"\n" in chunk or b"\r" in chunk):
            raise MemberFailed(f"a line is longer than {SCAN_BYTES >> 20} MB")
        yield chunk
        chunk = rest.read(SCAN_BYTES)


def _check_wide(chunks: Iterator[bytes], name: str) -> Encoding:
    decoder = codecs.getincrementaldecoder(name)("replace")
    nul = backslash = False
    for chunk in chunks:
        text = decoder.decode(chunk)
        nul = nul or "\0" in text
        backslash = backslash or '\\"' in text
    return Encoding(name, "replace", nul, backslash)


def _check_narrow(chunks: Iterator[bytes]) -> Encoding:
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, nul, backslash, feeds, quotes = True, False, False, False, 0
    windows = 0
    for chunk in chunks:
        nul = nul or b"\0" in chunk
        backslash = backslash or b'\\"' in chunk
        feeds = feeds or b"\n" in chunk
        quotes += chunk.count(b'"')
        if valid:
            try:
                decoder.decode(chunk)
                continue
            except UnicodeDecodeError:
                valid = False
        # Whoever is in the majority: sequences that are UTF-8, or bytes that cannot be.
        text = chunk.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        windows += 2 * broken - sum(character > "\x7f" for character in text)
    if valid:
        try:
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            valid = False
    name = "utf-8-sig" if valid or windows <= 0 else "cp1252"
    # Where lines end in a line feed, a lone carriage return is part of a cell.
    newline = "\n" if feeds else ""
    plain = valid and not nul and not backslash and quotes % 2 == 0
    return Encoding(name, "strict" if valid else "linkstrata-windows", nul, backslash, plain, newline)


def _opened(member: Member) -> BinaryIO:
    if member.size > LARGE_BYTES:
        return member.on_disk().open("rb")
    return io.BytesIO(member.open().read())


def _text(member: Member, encoding: Encoding) -> TextIO:
    return io.TextIOWrapper(_opened(member), encoding.name, encoding.errors, newline=encoding.newline)


class Records:
    """The records of a text, one by one, with the physical line each begins on.

    A quoted cell may span lines. One that makes its record misfit the header began with a lone quotation mark: its
    first line then stands alone, and reading goes on at the next.
    """

    def __init__(self, lines: Iterable[str], delimiter: str, width: int | None, encoding: Encoding) -> None:
        self._lines = iter(lines)
        self._delimiter = delimiter
        self._width = width
        self._encoding = encoding
        self._returned: deque[str] = deque()
        self._taken: list[str] = []
        self._read_again = 0
        self._ended = False

    @property
    def raw(self) -> str:
        """The text of the record given last."""
        return "".join(self._taken).rstrip("\r\n")

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        line = 1
        while self._returned or not self._ended:
            reader = csv.reader(self._feed(), delimiter=self._delimiter)
            while True:
                self._taken.clear()
                try:
                    cells = next(reader)
                except StopIteration:
                    break
                except csv.Error:
                    cells = None
                taken = self._taken
                if cells is None or len(taken) > 1 or (self._encoding.has_backslash_quotes and '\\"' in taken[0]):
                    cells = self._examined(cells)
                yield line, cells
                line += len(taken)

    def _feed(self) -> Iterator[str]:
        at_most = LINES_IN_A_RECORD if self._read_again < LINES_READ_AGAIN else 1
        taken = self._taken
        returned = self._returned
        while len(taken) < at_most:
            if returned:
                text = returned.popleft()
            else:
                try:
                    text = next(self._lines)
                except StopIteration:
                    self._ended = True
                    return
            taken.append(text)
            yield text

    def _fits(self, cells: list[str]) -> bool:
        return self._width is None or len(cells) == self._width

    def _examined(self, cells: list[str] | None) -> list[str]:
        """The cells of a record that may be no record, by whichever reading fits the header."""
        taken = self._taken
        if self._encoding.has_backslash_quotes and '\\"' in self.raw and not (cells and self._is_sound(cells)):
            reader = csv.reader(taken, delimiter=self._delimiter, doublequote=False, escapechar="\\")
            try:
                escaped = next(reader)
            except (csv.Error, StopIteration):
                escaped = []
            if self._fits(escaped):
                self._give_back(reader.line_num)
                return escaped
        if cells is not None and (len(taken) == 1 or self._fits(cells)):
            return cells
        self._give_back(1)
        return _split_plainly(taken[0], self._delimiter)

    def _is_sound(self, cells: list[str]) -> bool:
        try:
            return next(csv.reader(self._taken, delimiter=self._delimiter, strict=True)) == cells and self._fits(cells)
        except (csv.Error, StopIteration):
            return False

    def _give_back(self, kept: int) -> None:
        again = self._taken[kept:]
        self._read_again += len(again)
        self._returned.extendleft(reversed(again))
        del self._taken[kept:]


def _split_plainly(line: str, delimiter: str) -> list[str]:
    """A line's cells where its quotation marks mean nothing."""
    return line.rstrip("\r\n").split(delimiter)


def find_layout(
    member: Member, score: Callable[[Sequence[str]], int], encoding: Encoding | None = None
) -> Layout | None:
    """How a delimited file is laid out, by the record among its first ten that scores best; None where none scores.

    `score` says how many of a record's cells are headers it knows. Raises MemberFailed.
    """
    encoding = encoding or encoding_of(member)
    best: tuple[int, Layout] | None = None
    for delimiter in DELIMITERS:
        with _text(member, encoding) as text:
            records = Records(_without_nul(text, encoding), delimiter, None, encoding)
            found = list(islice(records, HEADER_RECORDS + 1))
        for place, (line, cells) in enumerate(found[:HEADER_RECORDS]):
            points = score(cells)
            if points > (best[0] if best else 0):
                header = tuple(cell.strip() for cell in cells)
                empty = not any(any(cell.strip() for cell in after) for _, after in found[place + 1 :])
                empty = empty and len(found) <= HEADER_RECORDS
                best = points, Layout(encoding, delimiter, header, line - 1, empty)
    return best[1] if best else None


def _without_nul(lines: Iterable[str], encoding: Encoding) -> Iterable[str]:
    return (line.replace("\0", "") for line in lines) if encoding.has_nul else lines


def score_for(table: Table) -> Callable[[Sequence[str]], int]:
    """How many headers of a table a record holds: 0 unless there are three, or the whole of a generation."""
    known = table.known_headers
    generations = [set(numbered(generation.header)) for generation in table.generations]

    def score(cells: Sequence[str]) -> int:
        present = set(numbered(cells))
        points = sum(name in known for name in present)
        enough = points >= 3 or any(present.issuperset(generation) for generation in generations)
        return points if enough else 0

    return score


def read_table(member: Member, table: Table, layout: Layout) -> MemberReading:
    """A member as rows of a table, typed and repaired."""
    reader = _TableReader(member, table, layout)
    return MemberReading(
        member.path,
        table.name,
        "empty" if layout.is_empty else "loaded",
        reader.drift(),
        clean=None if layout.is_empty else reader.clean_file(),
        read_rows=reader.read,
    )


@dataclass
class _TableReader:
    member: Member
    table: Table
    layout: Layout
    _places: dict[str, int] = field(init=False, default_factory=dict)
    """Catalogue column to the cell that feeds it."""
    _unknown: dict[int, str] = field(init=False, default_factory=dict)
    """Cell to the name of its unknown column."""
    _orders: dict[str, bool | None] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        known = self.table.known_headers
        for place, key in enumerate(numbered(self.layout.header)):
            columns = [column for column in known.get(key, ()) if column.name not in self._places]
            for column in columns:
                self._places[column.name] = place
            if not columns:
                self._unknown[place] = self.layout.header[place]
        seen: dict[str, int] = {}
        for place, name in self._unknown.items():
            seen[name] = seen.get(name, 0) + 1
            if name and seen[name] > 1:
                self._unknown[place] = f"{name} ({seen[name]})"

    def drift(self) -> str | None:
        names = [name for name in self._unknown.values() if name]
        return f"unknown columns kept: {', '.join(names)}" if names else None

    # --- the careful way ---

    def read(self, rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
        lines: list[int] = []
        rows: list[list[str]] = []
        raws: dict[int, str] = {}
        for line, cells, raw in self._fitted(rejected):
            if len(raw) > 0:
                raws[line] = raw
            lines.append(line)
            rows.append(cells)
            if len(rows) == BATCH_ROWS:
                yield self._typed(lines, rows, raws, rejected)
                lines, rows, raws = [], [], {}
        if rows:
            yield self._typed(lines, rows, raws, rejected)

    def _data(self) -> Iterator[tuple[int, list[str], str]]:
        """Line, cells and, where it is not what the cells say, text of each record below the header."""
        layout = self.layout
        with _text(self.member, layout.encoding) as text:
            lines = _without_nul(text, layout.encoding)
            above = sum(1 for _ in islice(lines, layout.lines_before))
            records = Records(lines, layout.delimiter, len(layout.header), layout.encoding)
            following = iter(records)
            next(following, None)
            for line, cells in following:
                if any(cells) or self.table.unquoted_breaks:
                    yield above + line, cells, records.raw if len(cells) != len(layout.header) else ""

    def _fitted(self, rejected: list[Rejected]) -> Iterator[tuple[int, list[str], str]]:
        """Records with as many cells as the header has; what cannot be made to fit is rejected."""
        width = len(self.layout.header)
        data = self._joined() if self.table.unquoted_breaks else self._data()
        overflows = self.table.overflow is not None and self._places.get(self.table.overflow) == width - 1
        for line, cells, raw in data:
            if len(cells) > width:
                if overflows:
                    cells = [*cells[: width - 1], self.layout.delimiter.join(cells[width - 1 :])]
                elif any(cell.strip() for cell in cells[width:]):
                    reason = f"{len(cells)} cells where the header names {width}"
                    rejected.append(Rejected(line, reason, raw[:RAW_CHARACTERS]))
                    continue
                else:
                    cells = cells[:width]
            elif len(cells) < width:
                if 2 * len(cells) < width:
                    reason = f"{len(cells)} cells where the header names {width}"
                    rejected.append(Rejected(line, reason, raw[:RAW_CHARACTERS]))
                    continue
                cells = cells + [""] * (width - len(cells))
            yield line, cells, raw

    def _joined(self) -> Iterator[tuple[int, list[str], str]]:
        """Records of a file whose last column's line breaks were not quoted: what begins without a date goes on."""
        held: tuple[int, list[str], str] | None = None
        blank_lines = 0
        place = self._places.get(self.table.unquoted_breaks or "", len(self.layout.header) - 1)
        for line, cells, raw in self._data():
            if not any(cells):
                blank_lines += 1
            elif held is None or _begins_with_moment(cells):
                if held is not None:
                    yield held
                held, blank_lines = (line, cells, raw), 0
            else:
                before = held[1] + [""] * (place + 1 - len(held[1]))
                before[place] += "\n" * (blank_lines + 1) + (raw or self.layout.delimiter.join(cells))
                held, blank_lines = (held[0], before, ""), 0
        if held is not None:
            yield held

    def _typed(
        self, lines: list[int], rows: list[list[str]], raws: dict[int, str], rejected: list[Rejected]
    ) -> pl.DataFrame:
        cells = list(zip(*rows, strict=True))
        columns: list[pl.Series] = []
        faults: dict[int, str] = {}
        for column in self.table.columns:
            place = self._places.get(column.name)
            if place is None:
                columns.append(pl.Series(column.name, [None], dtype=_DTYPES[column.type]).new_from_index(0, len(rows)))
                continue
            values = pl.Series(column.name, cells[place], dtype=pl.String)
            values = values.set(values == "", None)
            typed = self._read_column(column, values)
            columns.append(typed)
            if column.type in _UNREADABLE:
                kind = _UNREADABLE[column.type]
                for row in (typed.is_null() & values.is_not_null()).arg_true():
                    text = values[row]
                    if not dates.stands_for_nothing(text) and column.pattern is None:
                        faults.setdefault(row, f"{self.layout.header[place]}: {_shortened(text)} is not {kind}")
        columns.append(pl.Series("line_number", lines, dtype=pl.Int64))
        columns.append(self._extra(rows))
        frame = pl.DataFrame(columns)
        if not faults:
            return frame
        for row in sorted(faults):
            raw = raws.get(lines[row]) or _written(rows[row], self.layout.delimiter)
            rejected.append(Rejected(lines[row], faults[row], raw[:RAW_CHARACTERS]))
        return frame.filter(~pl.Series(range(len(rows))).is_in(list(faults)))

    def _read_column(self, column: Column, values: pl.Series) -> pl.Series:
        if column.pattern is not None:
            values = values.str.extract(column.pattern)
        match column.type:
            case "date" | "timestamp":
                moments = self._read_moments(column, values)
                return moments.cast(pl.Date) if column.type == "date" else moments
            case "integer" | "real":
                return _numbers(values, column.type)
            case "boolean":
                flags = values.str.strip_chars().str.to_lowercase()
                return flags.replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)
            case _:
                return self._unwrapped(values) if column.name == self.table.wrapped_lines else values

    def _read_moments(self, column: Column, values: pl.Series) -> pl.Series:
        try:
            return dates.read_moments(values, None, column.partial)
        except dates.OrderUnknown as unknown:
            if self._orders is None:
                self._orders = self._settle_orders()
            if self._orders[column.name] is None:
                place = self._places[column.name]
                raise MemberFailed(
                    f"{self.layout.header[place]}: {unknown} can be read day first or month first and nothing in the "
                    "file settles it; save it again with dates as YYYY-MM-DD"
                ) from None
            return dates.read_moments(values, self._orders[column.name], column.partial)

    def _settle_orders(self) -> dict[str, bool | None]:
        """The order of each date column by all of its cells, else by what the file's other columns agree on."""
        moments = [c for c in self.table.columns if c.type in ("date", "timestamp") and c.name in self._places]
        evidence = {column.name: dates.OrderEvidence() for column in moments}
        for _, cells, _ in self._fitted([]):
            for name, proof in evidence.items():
                proof.add(cells[self._places[name]])
        settled = {name: proof.settled for name, proof in evidence.items()}
        agreed = {order for order in settled.values() if order is not None}
        shared = agreed.pop() if len(agreed) == 1 else None
        return {
            name: shared if order is None and not evidence[name].contradicts else order
            for name, order in settled.items()
        }

    @staticmethod
    def _unwrapped(values: pl.Series) -> pl.Series:
        return pl.Series(values.name, [text and unwrapped_lines(text) for text in values], dtype=pl.String)

    def _extra(self, rows: list[list[str]]) -> pl.Series:
        if not self._unknown:
            return pl.Series("extra", [None], dtype=pl.String).new_from_index(0, len(rows))
        names = [(place, name or f"column {place + 1}") for place, name in self._unknown.items()]
        return pl.Series("extra", [_as_json({n: row[p] for p, n in names if row[p]}) for row in rows], dtype=pl.String)

    # --- the way round this module ---

    def clean_file(self) -> CleanFile | None:
        """The offer to read a large file directly, where a scan of all bytes and a sample of rows find nothing odd."""
        layout, table = self.layout, self.table
        if self.member.size <= LARGE_BYTES or not layout.encoding.is_plain or layout.delimiter != ",":
            return None
        if self._unknown or table.unquoted_breaks or table.wrapped_lines or table.overflow:
            return None
        sample = list(islice(self._data(), 2_000))
        if any(len(cells) != len(layout.header) for _, cells, _ in sample):
            return None
        formats: dict[str, str] = {}
        for column in table.columns:
            if column.name not in self._places or column.type == "text":
                continue
            if column.type in ("date", "timestamp"):
                given = [cells[self._places[column.name]] for _, cells, _ in sample if cells[self._places[column.name]]]
                style = dates.native_format(given[0]) if given else None
                if style is None or not all(re.search(style[0], text) for text in given):
                    return None
                formats[column.name] = style[1]
        columns = {name: layout.header[place] for name, place in self._places.items()}
        return CleanFile(self.member.on_disk(), ",", layout.lines_before, layout.header, columns, formats)


def unwrapped_lines(text: str) -> str:
    """A text without the quotes that were put around each of its lines; as it is where not every line has them."""
    joined, breaks = re.subn(r'"\r?\n"', "\n", text)
    return joined if breaks and breaks == text.count("\n") else text


def read_unknown(member: Member, layout: Layout) -> MemberReading:
    """Rows of a delimited file nobody knows, each as a JSON object, for the table of unrecognised rows."""
    header = [name or f"column {place + 1}" for place, name in enumerate(layout.header)]
    keys = list(dict.fromkeys(header))
    if len(keys) < len(header):
        header = [f"{name} ({place + 1})" if name in header[:place] else name for place, name in enumerate(header)]

    def read(_rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
        with _text(member, layout.encoding) as text:
            lines = _without_nul(text, layout.encoding)
            above = sum(1 for _ in islice(lines, layout.lines_before))
            records = iter(Records(lines, layout.delimiter, len(header), layout.encoding))
            next(records, None)
            given = ((above + line, cells) for line, cells in records if any(cells))
            while batch := list(islice(given, BATCH_ROWS)):
                rows = [
                    _as_json(
                        {header[i] if i < len(header) else f"column {i + 1}": cell for i, cell in enumerate(cells)}
                    )
                    for _, cells in batch
                ]
                yield pl.DataFrame(
                    {"path": [member.path] * len(batch), "row": rows, "line_number": [line for line, _ in batch]},
                    schema={"path": pl.String, "row": pl.String, "line_number": pl.Int64},
                ).with_columns(extra=pl.lit(None, pl.String))

    detail = f"no file that linkstrata knows; columns: {', '.join(header)}"
    return MemberReading(member.path, "unrecognised_rows", "unrecognised", detail, read_rows=read)


_DTYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "profile_url": pl.String(),
    "profile_urls": pl.String(),
    "date": pl.Date(),
    "timestamp": pl.Datetime("us"),
    "integer": pl.Int64(),
    "real": pl.Float64(),
    "boolean": pl.Boolean(),
}
_UNREADABLE = {
    "date": "a date",
    "timestamp": "a time",
    "integer": "a whole number",
    "real": "a number",
    "boolean": "yes or no",
}
_FLAGS = {"yes": True, "true": True, "1": True, "y": True, "no": False, "false": False, "0": False, "n": False}


def _numbers(values: pl.Series, kind: str) -> pl.Series:
    """Numbers with or without thousands marks, and with a point or comma before the decimals."""
    text = values.str.strip_chars().str.replace_all(r"[\s\x{00A0}\x{202F}]", "")
    grouped = text.str.contains(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$").fill_null(False)
    plain = pl.select(
        pl.when(pl.lit(grouped))
        .then(pl.lit(text.str.replace_all(",", "")))
        .otherwise(pl.lit(text.str.replace(",", ".")))
    ).to_series()
    numbers = plain.cast(pl.Float64, strict=False)
    numbers = numbers.set(~numbers.is_finite().fill_null(True), None)
    if kind == "real":
        return numbers.alias(values.name)
    exact = plain.cast(pl.Int64, strict=False)
    whole = numbers.set((numbers != numbers.round(0)).fill_null(True), None).cast(pl.Int64, strict=False)
    return exact.fill_null(whole).alias(values.name)


def _begins_with_moment(cells: list[str]) -> bool:
    return bool(cells) and re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", cells[0]) is not None


def _as_json(values: dict[str, str]) -> str | None:
    return json.dumps(values, ensure_ascii=False) if values else None


def _written(cells: list[str], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(cells)
    return text.getvalue()


def _shortened(text: str) -> str:
    return f"'{text}'" if len(text) <= 60 else f"'{text[:57]}…'"
