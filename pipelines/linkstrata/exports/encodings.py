"""Text out of bytes: which encoding a member is written in, found by looking at every byte once.

Knows bytes and characters. What stands in the text is for `records.py` and `csv_files.py`.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, TextIO

import polars as pl

from linkstrata.exports.container import Member
from linkstrata.exports.members import MemberFailed

LARGE_BYTES = 1 << 20
"""Members larger than this are read from disk, smaller ones in memory."""
LINE_BYTES = 8 << 20
"""No line may be longer."""
_LOOK_BYTES = 256 << 10
"""Bytes of a chunk, but for the line that goes on after them: larger ones are given back to the system each time."""
_CHUNKS_TOGETHER = 4
"""Chunks that Polars looks at together: each call of it costs as much as some hundred thousand bytes."""
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = bytes(set(range(32)) - set(b"\0\t\n\v\f\r"))
_CONTROLS_AT_MOST = 0.05
"""Share of control characters beyond which a file is no text, whatever its name says."""


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a member become text, and what a look at all of them found."""

    name: str
    errors: str
    newline: str = ""
    """As for `open`: what ends a line."""
    has_nul: bool = False
    has_backslash_quotes: bool = False
    is_plain: bool = False
    """Valid UTF-8 without mark, NUL, backslash-quoted quotes or spaces around quoted cells, and with an even number of
    quotation marks."""


_WINDOWS = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))
_BROKEN_TOO = re.compile(rb"(?:[\x80-\xc1\xf5-\xff]|[\xc2-\xf4](?=[^\x80-\xbf]))*")
"""Bytes that no letter of UTF-8 begins with, or a beginning that nothing continues: taken together, for speed."""

_SPACES_AROUND_QUOTES = {
    r' "(?:[^",\r\n]|"[,\r\n]|\z)': re.compile(rb' "(?:(?!["\r\n,])|"(?<=[,\n] "")(?=[,\r\n]))|\A ""(?=[,\r\n])'),
    r'[^",\r\n]" ': re.compile(rb'[^",\r\n]" '),
}
"""A space before the quotation mark that opens a cell or behind the one that closes it: some readers take it for a part
of the cell and others do not. Within a quoted cell a mark is doubled, or ends it. Each expression is beside one that
finds as much or more, in the half of the time."""


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 as Windows-1252, and the five that it lacks as Latin-1, as browsers do."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    following = _BROKEN_TOO.match(error.object, error.end)
    end = following.end() if following else error.end
    return codecs.charmap_decode(error.object[error.start : end], "strict", _WINDOWS)[0], end


codecs.register_error("linkstrata-windows", _as_windows)


def encoding_of(member: Member) -> Encoding:
    """The encoding of a member: UTF-16, UTF-8 or, where most of what is not ASCII cannot be UTF-8, Windows-1252.

    Raises MemberFailed where the member is damaged, no text, or has a line that does not fit into memory.
    """
    with open_bytes(member) as stream:
        start = stream.read(4)
        chunks = _chunks(start, stream)
        if start.startswith(_WIDE_MARKS):
            return _wide(chunks, "utf-16")
        if len(start) == 4 and start[1] == start[3] == 0 and start[0] and start[2]:
            return _wide(chunks, "utf-16-le")
        if len(start) == 4 and start[0] == start[2] == 0 and start[1] and start[3]:
            return _wide(chunks, "utf-16-be")
        return _narrow(chunks)


def open_bytes(member: Member) -> BinaryIO:
    """The member's bytes: in memory those of a small one, those of a large one from disk."""
    if member.size > LARGE_BYTES:
        return member.on_disk().open("rb")
    with member.open() as stream:
        return io.BytesIO(stream.read())


def open_text(member: Member, encoding: Encoding) -> TextIO:
    """The member's text; iterate over it for its lines, with their ends."""
    return io.TextIOWrapper(open_bytes(member), encoding.name, encoding.errors, newline=encoding.newline)


def lines_of(text: TextIO, encoding: Encoding) -> Iterable[str]:
    """The lines of a text, without NUL."""
    return (line.replace("\0", "") for line in text) if encoding.has_nul else text


def _chunks(start: bytes, rest: BinaryIO) -> Iterator[bytes]:
    """The bytes, as whole lines together."""
    chunk = start
    while read := rest.read(_LOOK_BYTES):
        chunk = b"".join((chunk, read, rest.readline(LINE_BYTES)))
        if chunk.endswith(b"\n"):
            yield chunk
            chunk = b""
        elif end := max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1:
            yield chunk[:end]
            chunk = chunk[end:]
        if len(chunk) >= LINE_BYTES:
            raise MemberFailed(f"a line is longer than {LINE_BYTES >> 20} MB")
    yield chunk


def _wide(chunks: Iterator[bytes], name: str) -> Encoding:
    decoder = codecs.getincrementaldecoder(name)("replace")
    nul = backslash = feeds = False
    for chunk in chunks:
        text = decoder.decode(chunk)
        nul = nul or "\0" in text
        backslash = backslash or '\\"' in text
        feeds = feeds or "\n" in text
    return Encoding(name, "replace", "\n" if feeds else "", nul, backslash)


def _narrow(chunks: Iterator[bytes]) -> Encoding:
    valid = True
    nul = backslash = feeds = spaced = False
    start = b""
    quotes = more_windows = 0
    while together := list(islice(chunks, _CHUNKS_TOGETHER)):
        for chunk in together:
            nul = nul or b"\0" in chunk
            # One byte is looked for many times faster than two.
            backslash = backslash or (b"\\" in chunk and b'\\"' in chunk)
            feeds = feeds or b"\n" in chunk
            quotes += chunk.count(b'"')
        if not start:
            start = together[0][: 64 << 10]
            controls = len(start) - len(start.translate(None, _CONTROLS))
            if controls > _CONTROLS_AT_MOST * len(start):
                raise MemberFailed("its content is no text")
        texts = _proved(together) if valid else None
        if texts is not None:
            spaced = spaced or any(
                texts.str.contains(more).any() and any(map(exact.search, together))
                for more, exact in _SPACES_AROUND_QUOTES.items()
            )
            continue
        valid = False
        for chunk in together:
            repaired = chunk.decode("utf-8", "replace")
            not_ascii = len(repaired) - len(repaired.encode("ascii", "ignore"))
            more_windows += 2 * repaired.count("\ufffd") - not_ascii
    return Encoding(
        "cp1252" if more_windows > 0 else "utf-8-sig",
        "strict" if valid else "linkstrata-windows",
        # Where lines end in a line feed, a lone carriage return is part of a cell.
        "\n" if feeds else "",
        nul,
        backslash,
        valid and not (nul or backslash or spaced) and quotes % 2 == 0 and not start.startswith(codecs.BOM_UTF8),
    )


def _proved(chunks: list[bytes]) -> pl.Series | None:
    """Bytes as texts in a series, if they are UTF-8. To look for that takes a tenth of the time of decoding them."""
    try:
        return pl.Series(chunks, dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.ComputeError:
        return None
