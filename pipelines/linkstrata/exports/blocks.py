"""The records of a large delimited file: many at once, as columns, wherever they are proved to be written well.

One expression proves a block of lines: each record is as long as the header, and each quotation mark stands around a
cell or is doubled within one. Then any parser reads the same, and the fastest does. A block that is otherwise is read
record by record (`records.py`), and from where that leaves off the next one is tried.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import polars as pl

from linkstrata.exports.encodings import Encoding
from linkstrata.exports.records import LINES_IN_A_RECORD, Records
from linkstrata.exports.typed_rows import Columns, Record

BLOCK_BYTES = 4 << 20
"""Bytes that are proved and parsed together where nothing is amiss."""
LEAST_BYTES = 64 << 10
"""Bytes of the block around what is amiss that are read record by record."""
CELLS_AT_MOST = 100
"""A file of wider records is read one by one: the expression grows with them."""

_QUOTED_CELLS_AT_MOST = 1_000
"""In a record that a block is cut before: where a quotation mark is amiss there is no end to them."""
_NOT_AT_THE_START = (codecs.BOM_UTF8, b"x\x01")
"""What a parser takes for the mark of an encoding, or of a compressed file."""


def can_be_cut(encoding: Encoding, width: int) -> bool:
    """Whether a file can be read in blocks: its lines end in bytes that are nothing else in its encoding."""
    return encoding.name in ("utf-8-sig", "cp1252") and encoding.newline == "\n" and 1 < width <= CELLS_AT_MOST


def columns_and_records(
    stream: BinaryIO, encoding: Encoding, delimiter: str, width: int, lines_before: int
) -> Iterator[Columns | Record]:
    """All that stands below the header, in its order. The header is the record after so many lines."""
    source = _Source(stream, encoding)
    lines = iter(source)
    above = sum(1 for _ in islice(lines, lines_before))
    records = Records(lines, delimiter, width, encoding.has_backslash_quotes)
    numbered = iter(records)
    next(numbered, None)
    well_written = _well_written(delimiter, width)
    size = BLOCK_BYTES
    while block := source.block(size):
        columns = _parsed(source.plain(block), delimiter, well_written)
        if columns is not None:
            yield Columns(columns.lines + (above + records.next_line), columns.cells)
            records.next_line += source.skip(block)
            size = min(2 * size, BLOCK_BYTES)
        elif size > LEAST_BYTES:
            size = max(size // 8, LEAST_BYTES)
        else:
            end = source.place + len(block)
            for line, cells in numbered:
                yield Record(above + line, cells, "" if len(cells) == width else records.raw)
                if source.place >= end and not records.holds_lines:
                    break


class _Source:
    """The lines of a file: one after the other as text, or many as the bytes they are."""

    def __init__(self, stream: BinaryIO, encoding: Encoding) -> None:
        self._stream = stream
        self._encoding = encoding
        self._codec = encoding.name.removesuffix("-sig")
        self._held = stream.read(BLOCK_BYTES)
        self._next = 0
        self._let_go = 0
        self._is_all = False
        if self._held.startswith(codecs.BOM_UTF8):
            self._next = len(codecs.BOM_UTF8)

    @property
    def place(self) -> int:
        """Where in the file the next line begins."""
        return self._let_go + self._next

    def __iter__(self) -> Iterator[str]:
        while True:
            end = self._held.find(b"\n", self._next) + 1
            while not end:
                searched = len(self._held) - self._next
                if not self._read_on():
                    end = len(self._held)
                    break
                end = self._held.find(b"\n", searched) + 1
            if end == self._next:
                return
            line = self._held[self._next : end]
            self._next = end
            text = line.decode(self._codec, self._encoding.errors)
            yield text.replace("\0", "") if self._encoding.has_nul else text

    def block(self, size: int) -> bytes:
        """The lines to come, so many bytes of them, to where a record ends if all is well; nothing at the end."""
        if len(self._held) - self._next < size:
            self._read_on()
        rest = len(self._held) - self._next
        end = len(self._held) if self._is_all and rest <= size else self._end_of_record(min(rest, size))
        return self._held[self._next : end]

    def skip(self, block: bytes) -> int:
        """Goes on behind a block, and says how many lines there are in it."""
        self._next += len(block)
        return block.count(b"\n") + (not block.endswith(b"\n"))

    def plain(self, block: bytes) -> bytes:
        """A block's text in UTF-8, with an end to the file's last line."""
        is_last = self._is_all and self._next + len(block) == len(self._held)
        if self._encoding.errors != "strict" or self._codec != "utf-8":
            block = block.decode(self._codec, self._encoding.errors).encode()
        if self._encoding.has_nul:
            block = block.replace(b"\0", b"")
        return block + b"\n" if is_last and not block.endswith(b"\n") else block

    def _read_on(self) -> bool:
        more = self._stream.read(BLOCK_BYTES)
        self._let_go += self._next
        self._held = self._held[self._next :] + more
        self._next = 0
        self._is_all = not more
        return bool(more)

    def _end_of_record(self, size: int) -> int:
        """Behind the last line, of so many bytes, that no quoted cell goes on after; without any, behind them all."""
        held, first, last = self._held, self._next, self._next + size
        end = held.rfind(b"\n", first, last) + 1
        quote = held.rfind(b'"', first, end) if held.count(b'"', first, end) % 2 else -1
        if quote < 0:
            return end or last
        for _ in range(_QUOTED_CELLS_AT_MOST):
            closing = held.rfind(b'"', first, quote)
            line = held.rfind(b"\n", max(closing, first), quote) + 1
            if line or closing < 0:
                return line or last
            quote = held.rfind(b'"', first, closing)
            if quote < 0:
                break
        return last


def _well_written(delimiter: str, width: int) -> str:
    cell = rf'(?:[^"{delimiter}\r\n]*|"[^"]*"(?:"[^"]*")*)'
    return rf"^(?:{cell}(?:{delimiter}{cell}){{{width - 1}}}\r?\n)+$"


def _parsed(block: bytes, delimiter: str, well_written: str) -> Columns | None:
    """A block's records, its lines numbered from 0; None where it is not proved that they are so."""
    if block.startswith(_NOT_AT_THE_START):
        return None
    try:
        text = pl.Series([block], dtype=pl.Binary).cast(pl.String)
        if not text.str.contains(well_written)[0]:
            return None
        frame = pl.read_csv(block, has_header=False, separator=delimiter, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None
    lines = pl.int_range(frame.height, eager=True)
    if block.count(b"\n") != frame.height:
        breaks = frame.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))).to_series()
        most = breaks.max()
        if not isinstance(most, int) or most >= LINES_IN_A_RECORD or breaks.sum() + frame.height != block.count(b"\n"):
            return None
        lines += breaks.cum_sum() - breaks
    return Columns(lines.cast(pl.Int64), frame.get_columns())
