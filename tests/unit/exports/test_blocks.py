"""What a block of lines gives as columns is what reading it record by record gives."""

from __future__ import annotations

import io
from itertools import islice

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkstrata.exports import blocks, csv_files, records, typed_rows
from linkstrata.exports.blocks import can_be_cut, columns_and_records
from linkstrata.exports.container import open_export
from linkstrata.exports.encodings import Encoding
from linkstrata.exports.reading import read
from linkstrata.exports.records import Records
from linkstrata.exports.typed_rows import Columns, Record

PLAIN = Encoding("utf-8-sig", "strict", "\n")
GOOD = [
    "a",
    "é",
    "",
    " a",
    "a ",
    '""',
    '"a,b"',
    '"a ""b"" c"',
    '"""a"""',
    '"a\nb"',
    '"a\r\nb"',
    '"a\rb"',
    '"\n\n"',
    "#a",
]
ODD = ['a"b', '"a', 'a"', '"a"b', '""a', '"a" ', ' "a"', '"a\\"b"', "a\\", "a\rb", "\0", "\ufeffa", '"', "a\n", "a,b"]


def one_by_one(content: bytes, encoding: Encoding, width: int, lines_before: int) -> list[Record]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding.name, encoding.errors, newline=encoding.newline)
    lines = (line.replace("\0", "") for line in text)
    above = sum(1 for _ in islice(lines, lines_before))
    found = Records(lines, ",", width, encoding.has_backslash_quotes)
    below = islice(found, 1, None)
    return [Record(above + line, cells, "" if len(cells) == width else found.raw) for line, cells in below]


def in_blocks(content: bytes, encoding: Encoding, width: int, lines_before: int = 0) -> tuple[list[Record], list[int]]:
    """The records, and how many came together each time that several did."""
    found: list[Record] = []
    sizes = []
    for part in columns_and_records(io.BytesIO(content), encoding, ",", width, lines_before):
        found += [part.record(row) for row in range(len(part.lines))] if isinstance(part, Columns) else [part]
        sizes += [len(part.lines)] if isinstance(part, Columns) else []
    return found, sizes


@given(
    rows=st.lists(
        st.tuples(st.lists(st.sampled_from(GOOD), min_size=3, max_size=3), st.sampled_from(["", *ODD]), st.booleans()),
        max_size=12,
    ),
    size=st.sampled_from([5, 30, 100, 1_000]),
    end=st.sampled_from(["\n", "\r\n"]),
    is_ended=st.booleans(),
    lines_before=st.integers(0, 2),
    encoding=st.sampled_from(
        [
            Encoding("utf-8-sig", "linkstrata-windows", "\n", has_nul=True, has_backslash_quotes=True),
            Encoding("cp1252", "linkstrata-windows", "\n", has_nul=True),
        ]
    ),
)
@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
def test_blocks_say_what_records_say(
    rows: list[tuple[list[str], str, bool]],
    size: int,
    end: str,
    is_ended: bool,
    lines_before: int,
    encoding: Encoding,
) -> None:
    lines = [",".join([*cells[:2], odd] if odd and is_odd else cells) for cells, odd, is_odd in rows]
    text = "Notes\n" * lines_before + end.join(["A,B,C", *lines]) + (end if is_ended else "")
    content = text.encode("utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(blocks, "BLOCK_BYTES", size)
        patched.setattr(blocks, "LEAST_BYTES", size // 4)
        found, _ = in_blocks(content, encoding, 3, lines_before)
    assert found == one_by_one(content, encoding, 3, lines_before)


def test_what_is_amiss_costs_the_rest_of_the_file_nothing(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 400)
    monkeypatch.setattr(blocks, "LEAST_BYTES", 40)
    lines = [f'{number},"a\n{number}",c' for number in range(300)]
    lines[150] = '150,lone "quote,"c'
    content = "\n".join(["A,B,C", *lines]).encode()
    found, sizes = in_blocks(content, PLAIN, 3)
    assert found == one_by_one(content, PLAIN, 3, 0)
    assert found[299].line == 600 - 1
    assert sum(sizes) > 290
    assert max(sizes[-5:]) > 20


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"x\x01"])
def test_a_block_that_begins_like_another_kind_of_file_is_text(monkeypatch, start):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 12)
    content = b"A,B\n1234,1234\n" + start + b",1234\n"
    found, _ = in_blocks(content, PLAIN, 2)
    assert found[-1] == Record(3, [start.decode(), "1234"])


def test_a_cell_of_too_many_lines_is_a_lone_quotation_mark_in_a_block_too(monkeypatch):
    for module in (blocks, records):
        monkeypatch.setattr(module, "LINES_IN_A_RECORD", 3)
    content = b'A,B\n"a\nb\nc\nd",1\n'
    assert in_blocks(content, PLAIN, 2) == (one_by_one(content, PLAIN, 2, 0), [])


def test_lines_of_other_marks_than_bytes_are_left_to_be_read_one_by_one():
    assert can_be_cut(PLAIN, 3)
    assert not can_be_cut(Encoding("utf-16", "replace", "\n"), 3)
    assert not can_be_cut(Encoding("utf-8-sig", "strict", ""), 3)
    assert not can_be_cut(PLAIN, 1)
    assert not can_be_cut(PLAIN, 5_000)


def test_rows_of_blank_cells_are_no_records_in_a_block_either():
    columns = Columns(pl.Series([2, 3, 4]), [pl.Series(cells) for cells in (["", "a", None], [None, "", "b"])])
    assert [columns.given().record(row) for row in range(2)] == [Record(3, ["a", ""]), Record(4, ["", "b"])]
    assert len(columns.given().lines) == 2


def test_frames_of_blocks_have_no_more_rows_than_others(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_files, "LARGE_BYTES", 0)
    monkeypatch.setattr(typed_rows, "BATCH_ROWS", 4)
    monkeypatch.setattr(blocks, "LEAST_BYTES", 1)
    content = (
        "Name,Number\n" + "".join(f"{number},1\n" for number in range(9)) + 'lone"quote,1\n9,1\n\n"ten\n",1\n11,1\n'
    )
    (tmp_path / "Courses.csv").write_text(content, encoding="utf-8")
    for size in (20, 1_000):
        monkeypatch.setattr(blocks, "BLOCK_BYTES", size)
        with open_export(tmp_path / "Courses.csv") as export:
            frames = list(read(export).members[0].frames())
        assert all(0 < frame.height <= 4 for frame in frames)
        rows = pl.concat(frames)
        assert rows["name"].to_list() == [*map(str, range(9)), 'lone"quote', "9", "ten\n", "11"]
        assert rows["line_number"].to_list() == [*range(2, 13), 14, 16]
