"""Random rows of random tables, written in random generations and disguises, read back equal."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkstrata.exports.catalogue import TABLES, numbered
from linkstrata.exports.tables import Column, Generation, Table

from .conftest import Rows, read_path, write_zip

NOTES = 'Notes:\n"A sentence, with a comma"\n\n'
GENERATIONS = [(table, generation) for table in TABLES.values() for generation in table.generations]
SPANISH_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def american(moment: datetime, pad: str = "") -> str:
    hour = moment.hour % 12 or 12
    half = "AM" if moment.hour < 12 else "PM"
    return f"{moment.month:{pad}}/{moment.day:{pad}}/{moment:%y}, {hour:{pad}}:{moment:%M} {half}"


DAYS = (
    lambda day: f"{day.day:02} {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{day.day}-{MONTHS[day.month - 1]}-{day:%y}",
    lambda day: f"{day.day:02}-{SPANISH_MONTHS[day.month - 1]}-{day:%y}",
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: american(datetime(day.year, day.month, day.day, 7, 5)),
)
"""Ways to write a day that need no order."""

MINUTES = (american, lambda moment: american(moment, "02"), lambda moment: f"{moment:%Y-%m-%d %H:%M} UTC")
SECONDS = (
    lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}",
    lambda moment: f"{moment:%Y-%m-%d %H:%M:%S} UTC",
    lambda moment: f"{moment:%Y/%m/%d %H:%M:%S} UTC",
    lambda moment: f"{moment:%a} {MONTHS[moment.month - 1]} {moment:%d %H:%M:%S} UTC {moment.year}",
)

EXCEL_DAYS = {
    True: (lambda day: f"{day.day}/{day.month}/{day:%y}", lambda day: f"{day:%d-%m-%Y}"),
    False: (lambda day: f"{day.month}/{day.day}/{day:%y}", lambda day: f"{day:%m-%d-%Y}"),
}
"""Ways to write a day in numbers, by whether the day comes first; another day of the file must tell which it is."""

any_letters = st.characters(
    codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs"), include_characters="\n\t\x07", exclude_characters="\\"
)
# Letters of Windows-1252 whose bytes, in any order, are never UTF-8.
western_letters = st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="\\") | st.characters(
    min_codepoint=0xC0, max_codepoint=0xFF
)
usual = st.sampled_from(
    ["N/A", "None", "-", "Lee, MBA, PMP", '"quoted"', 'half "', "two\nlines", "a;b", "=1+1", " padded ", "José"]
)
moments = st.datetimes(datetime(2003, 5, 5), datetime(2069, 12, 31)).map(lambda moment: moment.replace(microsecond=0))


@dataclass
class Disguise:
    encoding: str
    delimiter: str
    end: str
    quoting: Literal[0, 1]
    preamble: str
    padding: list[str]
    ragged: bool
    """Rows end with their last cell that is not blank, where that leaves half of them."""
    trailing: str


@dataclass
class Case:
    table: Table
    generation: Generation
    rows: list[dict[str, Any]]
    """Values by catalogue column."""
    written: list[list[str]]
    """Cells in the order of the header."""
    header: list[str]
    unknown: list[str | None]
    disguise: Disguise

    def content(self, rows: slice = slice(None)) -> bytes:
        """The file with some of its rows, as its disguise has it."""
        how = self.disguise
        text = io.StringIO()
        writer = csv.writer(text, delimiter=how.delimiter, lineterminator=how.end, quoting=how.quoting)
        writer.writerow([*self.header, *how.padding])
        for cells in self.written[rows]:
            given = [*_as_exported(self.table, self.header, cells), *how.padding]
            while how.ragged and not given[-1] and 2 * (len(given) - 1) >= len(self.header):
                given.pop()
            writer.writerow(given)
            if self.table.unquoted_breaks:
                _unquote_breaks(text, cells, how.end)
        return (how.preamble.replace("\n", how.end) + text.getvalue() + how.trailing).encode(how.encoding)


class Order:
    """How the numeric dates of a file are written, and whether one of them has told it yet."""

    def __init__(self, day_first: bool | None) -> None:
        self.day_first = day_first
        self.is_told = False

    def day(self, draw: st.DrawFn) -> datetime:
        """A moment; the first tells the order by a day beyond the twelfth."""
        moment = draw(moments)
        if self.day_first is not None and not self.is_told:
            self.is_told = True
            moment = moment.replace(day=draw(st.integers(13, 28)))
        return moment


@st.composite
def cases(draw: st.DrawFn, alone: bool = False) -> Case:
    """A file; one that stands `alone`, not in shards, may have dates that only its other dates settle."""
    table, generation = draw(st.sampled_from(GENERATIONS))
    order = Order(draw(st.sampled_from([None, None, True, False])) if alone and not table.unquoted_breaks else None)
    encoding, delimiter, end, quoting = draw(
        st.sampled_from(
            [
                ("utf-8", ",", "\n", csv.QUOTE_MINIMAL),
                ("utf-8", ",", "\r\n", csv.QUOTE_MINIMAL),
                ("utf-8-sig", ";", "\r\n", csv.QUOTE_MINIMAL),
                ("utf-8", "\t", "\n", csv.QUOTE_MINIMAL),
                ("utf-16", "\t", "\n", csv.QUOTE_ALL),
                ("cp1252", ";", "\r\n", csv.QUOTE_MINIMAL),
                ("cp1252", ",", "\n", csv.QUOTE_MINIMAL),
                ("utf-8-sig", ",", "\n", csv.QUOTE_ALL),
                ("utf-16-le", "\t", "\r\n", csv.QUOTE_MINIMAL),
                ("utf-16-be", ",", "\n", csv.QUOTE_MINIMAL),
            ]
        )
    )
    keys = list(numbered(generation.header))
    headed = [(name, table.known_headers[key]) for name, key in zip(generation.header, keys, strict=True) if key]
    if draw(st.booleans()) and not (
        table.unquoted_breaks or len(set(keys)) < len(keys) or any(k[-1].isdigit() for k in keys if k)
    ):
        headed = draw(st.permutations(headed))
    has_unknown = draw(st.booleans()) and not table.unquoted_breaks
    rows, written, unknown = [], [], []
    for _ in range(draw(st.integers(1, 4))):
        values: dict[str, Any] = {}
        cells = []
        for _, columns in headed:
            cell, found = draw(_cell(columns, encoding, order))
            values |= found
            cells.append(cell)
        mood = draw(_words(encoding)) if has_unknown else None
        if not any(cells):
            continue
        rows.append(values)
        written.append([*cells, mood] if has_unknown else cells)
        unknown.append(mood or None)
    header = [name for name, _ in headed] + (["Mood"] if has_unknown else [])
    padding = draw(st.sampled_from([[], [""], ["", ""]])) if not table.unquoted_breaks else []
    padded_notes = NOTES.replace("\n", delimiter * (len(header) - 1) + "\n")
    preamble = draw(st.sampled_from(["", NOTES, padded_notes, "\n\n", "\n"])) if table.name == "connections" else ""
    ragged = not padding and not table.unquoted_breaks and draw(st.booleans())
    trailing = draw(st.sampled_from(["", end, end * 2]))
    disguise = Disguise(encoding, delimiter, end, quoting, preamble, padding, ragged, trailing)
    return Case(table, generation, rows, written, header, unknown, disguise)


def _words(encoding: str) -> st.SearchStrategy[str]:
    return usual | st.text(western_letters if encoding == "cp1252" else any_letters, max_size=12)


@st.composite
def _cell(draw: st.DrawFn, columns: tuple[Column, ...], encoding: str, order: Order) -> tuple[str, dict[str, Any]]:
    """A cell, and the value it gives to each column that it feeds."""
    column = columns[0]
    if column.pattern is not None or len(columns) > 1:
        return "", dict.fromkeys(column.name for column in columns)
    if draw(st.integers(0, 5)) == 0:
        return "", {column.name: None}
    value: Any
    if column.type == "date":
        value = order.day(draw).date()
        ways = DAYS if order.day_first is None else EXCEL_DAYS[order.day_first]
        return draw(st.sampled_from(ways))(value), {column.name: value}
    if column.type == "timestamp":
        value = order.day(draw)
        if order.day_first is not None:
            value = value.replace(second=0)
            return f"{draw(st.sampled_from(EXCEL_DAYS[order.day_first]))(value)} {value:%H:%M}", {column.name: value}
        if draw(st.booleans()):
            value = value.replace(second=0)
            return draw(st.sampled_from(MINUTES))(value), {column.name: value}
        return draw(st.sampled_from(SECONDS))(value), {column.name: value}
    if column.type == "boolean":
        value = draw(st.booleans())
        return ("Yes" if value else "No"), {column.name: value}
    if column.type == "real":
        value = draw(st.integers(-10_000_000, 10_000_000)) / 100
        return draw(st.sampled_from([f"{value}", f"{value:,.2f}"])), {column.name: value}
    value = draw(_words(encoding))
    return value, {column.name: value or None}


def _as_exported(table: Table, header: list[str], cells: list[str]) -> list[str]:
    """Cells as LinkedIn writes them: the commentary of a post has every line in quotes of its own."""
    if table.wrapped_lines is None:
        return cells
    wrapped = next(c.headers for c in table.columns if c.name == table.wrapped_lines)
    return [cell.replace("\n", '"\n"') if name in wrapped else cell for name, cell in zip(header, cells, strict=True)]


def _unquote_breaks(text: io.StringIO, cells: list[str], end: str) -> None:
    """Takes the quotes off a last cell that has line breaks but neither commas nor quotes, as LinkedIn does."""
    last = cells[-1]
    quoted = f'"{last}"{end}'
    so_far = text.getvalue()
    if "\n" in last and not set(',;\t"') & set(last) and so_far.endswith(quoted):
        text.seek(len(so_far) - len(quoted))
        text.truncate()
        text.write(last + end)


def _expected_text(case: Case, name: str, value: Any) -> Any:
    if name == case.table.unquoted_breaks and isinstance(value, str):
        return value.rstrip("\n") or None
    return value


@given(cases(alone=True))
@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
def test_what_is_written_is_read(case: Case) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{case.table.files[0]}.csv"
        path.write_bytes(case.content())
        rows = read_path(path)[path.name]
    check(case, [rows])


def check(case: Case, files: Sequence[Rows]) -> None:
    """Holds what was read of a case, whole or in shards, against what was written."""
    assert {rows.table for rows in files} == {case.table.name}
    assert [rejected for rows in files for rejected in rows.rejected] == []
    assert any(rows.status == "loaded" for rows in files) == bool(case.rows)
    read_back = [row for rows in files for row in rows.frame.to_dicts()]
    assert [row.pop("extra") for row in read_back] == [
        json.dumps({"Mood": mood}, ensure_ascii=False) if mood else None for mood in case.unknown
    ]
    nothing = dict.fromkeys(column.name for column in case.table.columns)
    wanted = [nothing | {name: _expected_text(case, name, value) for name, value in row.items()} for row in case.rows]
    assert [{name: row[name] for name in nothing} for row in read_back] == wanted


@dataclass
class Packed:
    cases: list[Case]
    names: list[list[str]]
    """The names of each case's shards, without their folder."""
    shards: list[list[bytes]]
    folder: str
    container: str


@st.composite
def archives(draw: st.DrawFn) -> Packed:
    """Files of several tables, some in shards, in a container of some kind."""
    several = draw(st.lists(cases(), min_size=1, max_size=4, unique_by=lambda case: case.table.name))
    names, shards = [], []
    for case in several:
        name = draw(st.sampled_from(case.table.files))
        name = draw(st.sampled_from([name, name.upper(), name.lower()]))
        cuts = sorted(draw(st.lists(st.integers(0, len(case.written)), max_size=2)))
        ends = [*cuts, len(case.written)]
        shards.append([case.content(slice(first, last)) for first, last in zip([0, *cuts], ends, strict=True)])
        member = draw(st.sampled_from(["", "", "_123456789"]))
        names.append([f"{name}{member}{f'_{place}' if place else ''}.csv" for place in range(len(ends))])
    folder = draw(st.sampled_from(["", "Basic_LinkedInDataExport_03-05-2024/", "my files/Jobs/"]))
    container = draw(st.sampled_from(["zip", "zip in a zip", "zip downloaded twice", "folder", "zip of a Mac"]))
    return Packed(several, names, shards, folder, container)


def written_archive(packed: Packed, place: Path) -> Path:
    files = {
        packed.folder + name: shard
        for names, shards in zip(packed.names, packed.shards, strict=True)
        for name, shard in zip(names, shards, strict=True)
    }
    when = (2024, 3, 5, 6, 7, 8)
    if packed.container == "folder":
        root = place / "unzipped.zip"
        for path, content in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        return root
    if packed.container == "zip of a Mac":
        files |= {f"__MACOSX/{path}": b"\0\5\x16\7" for path in files} | {f"{packed.folder}.DS_Store": b"\0"}
    again = ".zip (1)" if packed.container == "zip downloaded twice" else ""
    path = write_zip(place / f"Complete_LinkedInDataExport_03-05-2024{again}.zip", files, when)
    if packed.container == "zip in a zip":
        path = write_zip(place / "Complete_LinkedInDataExport_03-05-2024.zip.zip", {path.name: path.read_bytes()}, when)
    return path


@given(archives())
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
def test_archives_that_are_written_are_read(packed: Packed) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = read_path(written_archive(packed, Path(folder)))
    assert archive.reading.source == "linkedin_archive"
    assert set(archive.files) == {packed.folder + name for names in packed.names for name in names}
    for case, names in zip(packed.cases, packed.names, strict=True):
        check(case, [archive[packed.folder + name] for name in names])
