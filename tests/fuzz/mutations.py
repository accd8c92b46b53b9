"""Ways to spoil a file: by bits and bytes, and by what a CSV file, a JSON file, a page, a zip or a workbook is made of.

Every way is a function of a random generator and a file's name and content. Running the spoilt files is for `fuzz.py`.
"""

from __future__ import annotations

import csv
import io
import json
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

warnings.filterwarnings("ignore", "Duplicate name", UserWarning)


@dataclass(frozen=True)
class File:
    name: str
    content: bytes

    @property
    def suffix(self) -> str:
        return self.name.rpartition(".")[2].casefold()


TOKENS = (
    b"\0", b'"', b'""', b'"\n', b"\r", b"\n", b"\r\n", b",", b";", b"\t", b"\\", b'\\"', b"\xef\xbb\xbf", b"\xff\xfe",
    b"\xfe\xff", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x1a", b"\x07", b"\xe2\x80\xae", b"-", b"0",
    b"=cmd|' /C calc'!A0", b"</div>", b"<div>", b"<template>", b"-->", b"&#x0;", b"&#55296;", b"{", b"}", b"[", b"]",
    b"null", b"1e999", b"99999999999999999999", b"PK\x03\x04", b"PK\x05\x06", b"%00", b"../", b"N/A",
)  # fmt: skip
CELLS = (
    "", " ", "\0", "0", "-1", "NaN", "inf", "1e400", "99999999999999999999", "1,234.5", "1.234,5", "٣", "half \"",
    '"', '""', "a\nb", "a\r\nb", "\r", "=1+1", "N/A", "null", "31/12/2020", "12/31/2020", "1/2/20", "30 Feb 2024",
    "00 Xyz 0000", "9999-12-31 23:59:59", "0001-01-01", "31 Dec 9999", "2024-03-05T10:00:00+99:99", "10/4/18, 7:05 AM",
    "Sat Dec 14 09:08:07 UTC 2024", "1700000000000", "12K", "500+", "< 1%", "https://www.linkedin.com/in/%E0%A4%A",
    "https://www.linkedin.com/in/%25%32%35", "https://www.linkedin.com/in/ACoAAAbbbbbbbbb", "urn:li:member:0",
    "urn:li:fsd_profile:", "\u202e", "\ufeff", "𝐁𝐨𝐥𝐝", "a" * 5_000, "é" * 300, "1" * 400,
)  # fmt: skip
NAMES = (
    "../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "a/../../b.csv", "Connections.csv", "connections.CSV",
    "Connections_1.csv", "Connections (1).csv", "__MACOSX/._Connections.csv", ".DS_Store", "Jobs/Saved Jobs.csv",
    "Articles/Articles/2020-01-01 10:00:00.html", "Articles/x.html", "a" * 250 + ".csv", "con.csv", "x\ny.csv", "é.csv",
    "messages.csv", "Reactions.csv", "inner.zip", "snapshot.json", "Followers.html", "x.mhtml", "book.xlsx", "x",
    "\udcff.csv", "New followers-Table 1.csv",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "shift_jis")
EXTENSIONS = ("csv", "json", "html", "mhtml", "xlsx", "xls", "zip", "txt", "tsv", "htm", "jsonl", "")


def spoilt(random: Random, seeds: Sequence[File]) -> File:
    """A file spoilt in one to four ways, and now and then under another name."""
    file = random.choice(seeds)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        ways = [*_OF_BYTES, *_BY_SUFFIX.get(file.suffix, ()) * 3]
        content = random.choice(ways)(random, file.content, seeds)
        file = File(file.name, content[:_LARGEST])
    if random.random() < 0.15:
        stem = file.name.rpartition(".")[0]
        file = File(f"{stem or 'x'}.{random.choice(EXTENSIONS)}".rstrip("."), file.content)
    elif random.random() < 0.1:
        file = File(random.choice(seeds).name, file.content)
    return file


_LARGEST = 24 << 20


def _many(random: Random, usual: int, seldom: int) -> int:
    """A size that costs little, and one time in fifty one that costs much: what breaks at it breaks soon enough."""
    return seldom if random.random() < 0.02 else usual


Way = Callable[[Random, bytes, Sequence[File]], bytes]


# --- bytes ---


def _place(random: Random, content: bytes) -> int:
    return random.randrange(len(content) + 1)


def _span(random: Random, content: bytes) -> tuple[int, int]:
    first = _place(random, content)
    length = random.choice((1, 4, 30, 300, 3_000, len(content)))
    return first, min(len(content), first + random.randint(0, max(length, 1)))


def flip_bits(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    changed = bytearray(content)
    for _ in range(random.choice((1, 3, 10, 100)) if changed else 0):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def cut_off(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    return content[: _place(random, content)] if random.random() < 0.8 else content[_place(random, content) :]


def take_out(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    first, last = _span(random, content)
    return content[:first] + content[last:]


def put_in(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    for _ in range(random.choice((1, 1, 5, 30))):
        place = _place(random, content)
        content = content[:place] + random.choice(TOKENS) * random.choice((1, 1, 2, 100)) + content[place:]
    return content


def repeat(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    first, last = _span(random, content)
    times = random.choice((2, 3, 50, 3_000))
    most = _many(random, 100_000, 2 << 20)
    return content[:first] + content[first:last] * min(times, 1 + most // max(last - first, 1)) + content[last:]


def splice(random: Random, content: bytes, seeds: Sequence[File]) -> bytes:
    other = random.choice(seeds).content
    (first, last), place = _span(random, other), _place(random, content)
    return content[:place] + other[first:last] + content[place:]


def overwrite(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    first, last = _span(random, content)
    filler = random.choice((b"\0", b"\xff", b" ", b'"', b"<", b"["))
    return content[:first] + filler * (last - first) + content[last:]


_OF_BYTES: tuple[Way, ...] = (flip_bits, cut_off, take_out, put_in, repeat, splice, overwrite)


# --- delimited text ---


def _records(content: bytes) -> list[list[str]]:
    text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
    delimiter = max(",;\t", key=text[:2_000].count)
    with suppress(csv.Error):
        return list(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter))
    return [line.split(delimiter) for line in text.splitlines()]


def _written(random: Random, records: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    quoting = random.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    end = random.choice(("\n", "\r\n", "\r"))
    writer = csv.writer(text, delimiter=random.choice(",;\t"), quoting=quoting, lineterminator=end)
    writer.writerows(records)
    return text.getvalue().encode(random.choice(("utf-8", *ENCODINGS)), "replace")


def save_again(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    return _written(random, _records(content))


def change_cells(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    records = _records(content)
    for _ in range(random.choice((1, 3, 30))):
        if records and (record := random.choice(records)):
            record[random.randrange(len(record))] = random.choice(CELLS)
    return _written(random, records)


def change_a_column(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    records = _records(content)
    place = random.randrange(max(map(len, records), default=1) or 1)
    values = [random.choice(CELLS) for _ in range(random.choice((1, 2, 5)))]
    for record in records[random.choice((0, 1, 4)) :]:
        if place < len(record):
            record[place] = random.choice(values)
    return _written(random, records)


def change_the_header(random: Random, content: bytes, seeds: Sequence[File]) -> bytes:
    records = _records(content)
    tops = [record for record in records[:5] if len(record) > 1]
    if not tops:
        return content
    header = tops[-1]
    others = [cell for record in _records(random.choice(seeds).content[:4_000])[:5] for cell in record]
    for _ in range(random.choice((1, 2, 5))):
        place = random.randrange(len(header))
        header[place] = random.choice((header[place] + "x", "", random.choice(header), random.choice(others or [""])))
    if random.random() < 0.3:
        random.shuffle(header)
    return _written(random, records)


def change_widths(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    records = _records(content)
    for record in random.sample(records, min(len(records), random.choice((1, 5, 100)))):
        if random.random() < 0.5:
            del record[random.randrange(len(record) + 1) :]
        else:
            cell = random.choice(CELLS)
            record += [cell] * random.choice((1, 2, min(_many(random, 100, 6_000), 1 + 500_000 // (1 + len(cell)))))
    return _written(random, records)


def change_rows(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    records = _records(content)
    place = random.randrange(len(records) + 1)
    added: list[list[str]] = random.choice(([[]], [[""]], [["Notes:"], ["a, b"], []], records[:1], records[-1:], []))
    times = random.choice((1, 3, _many(random, 500, 20_000) if sum(map(len, added)) < 20 else 100))
    random.shuffle(records) if random.random() < 0.2 else None
    return _written(random, records[:place] + added * times + records[place:])


def _a_huge_cell(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    place = _place(random, content)
    filler = random.choice((b"a", b'a"', b"a\n", b"a,", b"\xc3\xa9", b'""'))
    length = random.choice((20_000, _many(random, 100_000, 2_000_000))) if filler != b"a\n" else 12_000
    return content[:place] + b'"' * random.randrange(2) + filler * length + content[place:]


# --- JSON ---

_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1e300, 10**30, "", "\ud800", "\0", [], {}, [[]], [None], {"": ""}, ["a", 1], "a" * 3_000,
    {"snapshotDomain": 1, "snapshotData": 2}, {"elements": [{}]}, {"included": [{}]}, {"paging": {"start": "x"}},
    {"paging": {"start": 0, "total": 10**12, "links": 3}, "elements": [{"snapshotDomain": "x", "snapshotData": []}]},
)  # fmt: skip


def change_values(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    try:
        answer = json.loads(content[: 1 << 20])
    except (ValueError, RecursionError):
        return content
    for _ in range(random.choice((1, 2, 10))):
        holder, key = {"": answer}, ""
        place: Any = holder
        for _ in range(random.randrange(9)):
            inner = place[key]
            if isinstance(inner, dict) and inner:
                place, key = inner, random.choice(list(inner))
            elif isinstance(inner, list) and inner:
                place, key = inner, random.randrange(len(inner))  # type: ignore[assignment]
            else:
                break
        value = place[key]
        several = [value] * (random.choice((2, 3, 500)) if len(str(value)) < 2_000 else 2)
        # Of these a copy, for later rounds change what is put here.
        constant = deepcopy(random.choice(_VALUES))
        place[key] = random.choice((constant, random.choice(CELLS), several, {"CONNECTIONS": value}))
        answer = holder[""]
    return json.dumps(answer, ensure_ascii=random.random() < 0.5).encode("utf-8", "replace")


def nest(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    depth = random.choice((3, 200, 900, 5_000, _many(random, 20_000, 100_000)))
    before, after = random.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'{"elements":[', b"]}"), (b'{"INBOX":[', b"]}")))
    return before * depth + content + after * depth


def as_lines(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    return b"\n".join([content.replace(b"\n", b" ")] * random.choice((2, 5)))


# --- pages ---


def change_tags(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    for _ in range(random.choice((1, 5, 50))):
        place = content.find(b"<", _place(random, content))
        if place < 0:
            continue
        end = content.find(b">", place)
        new = random.choice(
            (b"", b"<div>", b"</main>", b"<table>", b"<svg>", b"<template>", b"<!--", b"<script>", b"<aside>",
             b"<b><p>", b'<a href="/in/x">', b'<div data-chameleon-result-urn="urn:li:member:1">', b"<textarea>",
             b"<plaintext>")
        )  # fmt: skip
        content = content[:place] + new + content[end + 1 if random.random() < 0.7 else place :]
    return content


def nest_tags(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    tag = random.choice(
        (b"<div>", b'<a href="/in/ann">', b"<b>", b"<table>", b"<aside>", b'<p data-chameleon-result-urn="1">')
    )
    place = _place(random, content)
    return content[:place] + tag * random.choice((100, 3_000, _many(random, 5_000, 100_000))) + content[place:]


# --- zips and workbooks ---


def _members(content: bytes) -> list[File]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [File(info.filename, archive.read(info)) for info in archive.infolist()]
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        struct.error,
        zlib.error,
    ):
        return []


def _zipped(random: Random, files: Sequence[File]) -> bytes:
    target = io.BytesIO()
    # Compressing costs more than anything else here, and what is spoilt is the content and the directory.
    method = random.choice((*(zipfile.ZIP_STORED,) * 6, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
    with zipfile.ZipFile(target, "w", method, compresslevel=1) as archive:
        for file in files:
            with suppress(UnicodeEncodeError, ValueError):
                archive.writestr(file.name, file.content)
    return target.getvalue()


def change_a_member(random: Random, content: bytes, seeds: Sequence[File]) -> bytes:
    files = _members(content)
    for _ in range(random.choice((1, 1, 3)) if files else 0):
        place = random.randrange(len(files))
        old = files[place]
        ways = [*_OF_BYTES, *_BY_SUFFIX.get(old.suffix, ()) * 2] if old.suffix not in ("zip", "xlsx") else [*_OF_BYTES]
        files[place] = File(old.name, random.choice(ways)(random, old.content, seeds)[:_LARGEST])
    return _zipped(random, files)


def change_members(random: Random, content: bytes, seeds: Sequence[File]) -> bytes:
    files = _members(content)
    for _ in range(random.choice((1, 3, 10))):
        other = random.choice(seeds)
        name = random.choice((random.choice(NAMES), other.name, random.choice(files).name if files else "x.csv"))
        new = File(name, random.choice((other.content, b"", content)))
        files.insert(random.randrange(len(files) + 1), new)
        if random.random() < 0.3:
            del files[random.randrange(len(files))]
    return _zipped(random, files)


def many_members(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    many = random.choice((30, 100, _many(random, 300, 25_000)))
    return _zipped(random, [File(f"{place}.csv", b"a,b\n1,2\n") for place in range(many)])


def wrap(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    for _ in range(random.choice((1, 1, 2, 20))):
        content = _zipped(random, [File(random.choice(("inner.zip", "x.zip.zip", "a/b.zip")), content)])
    return content


def bomb(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    size = _many(random, 1, random.choice((80, 250))) << 20
    filler = random.choice((b"\0", b"a,b\n", b'"', b"\n", b"<a href=/in/x>"))
    name = random.choice(("Connections.csv", "messages.csv", "xl/worksheets/sheet1.xml", "x.json", "p.html"))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in _members(content)[:5]:
            with suppress(UnicodeEncodeError, ValueError):
                archive.writestr(file.name, file.content)
        with archive.open(name, "w") as member:
            for _ in range(size >> 20):
                member.write(filler * ((1 << 20) // len(filler)))
    return target.getvalue()


def change_the_directory(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    changed = bytearray(content)
    marks = [b"PK\x01\x02", b"PK\x05\x06", b"PK\x03\x04"]
    for _ in range(random.choice((1, 2, 8))):
        place = content.find(random.choice(marks), _place(random, content))
        if 0 <= place < len(content) - 46:
            offset = place + random.randrange(4, 46)
            changed[offset : offset + 2] = random.choice(
                (b"\0\0", b"\xff\xff", b"\x01\0", b"\x63\0", random.randbytes(2))
            )
    return bytes(changed)


def change_sheets(random: Random, content: bytes, _seeds: Sequence[File]) -> bytes:
    files = _members(content)
    parts = [place for place, file in enumerate(files) if file.name.endswith(".xml")]
    for _ in range(random.choice((1, 3, 10)) if parts else 0):
        place = random.choice(parts)
        xml = files[place].content
        old, new = random.choice(
            ((b'r="A', b'r="XFD1048'), (b't="s"', b't="n"'), (b"<v>", b"<v>-1e999"), (b"<v>", b"<v>x"),
             (b"<row", b"<rox"), (b"</c>", b""), (b'r="1"', b'r="1048576"'), (b"<t>", b"<t>&#0;"),
             (b"<si>", b"<si><si>"), (b"/", b"-"))
        )  # fmt: skip
        files[place] = File(files[place].name, xml.replace(old, new, random.choice((1, 3, -1))))
    return _zipped(random, files)


_TEXT: tuple[Way, ...] = (
    save_again, change_cells, change_a_column, change_the_header, change_widths, change_rows, _a_huge_cell,
)  # fmt: skip
_BY_SUFFIX: dict[str, tuple[Way, ...]] = {
    "csv": _TEXT,
    "json": (change_values, change_values, nest, as_lines),
    "html": (change_tags, change_tags, nest_tags),
    "mhtml": (change_tags, change_tags, nest_tags),
    "zip": (change_a_member, change_a_member, change_members, many_members, wrap, bomb, change_the_directory),
    "xlsx": (change_a_member, change_sheets, change_sheets, change_the_directory, bomb),
}
