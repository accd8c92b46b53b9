"""Typed rows of a catalogue table out of records of text cells, whatever file the records come from.

Fits records to the header, repairs what exporters are known to break, types the cells, and rejects what cannot be read.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import polars as pl

from linkstrata.exports import dates
from linkstrata.exports.catalogue import numbered
from linkstrata.exports.frames import frame_schema
from linkstrata.exports.members import BATCH_ROWS, REJECTED_AT_ONCE, MemberFailed, Rejected
from linkstrata.exports.tables import Column, Table

BATCH_CHARACTERS = 32 << 20
"""Text of the largest frame, beside its rows: a cell can hold millions of characters."""
RAW_CHARACTERS = 4_000
"""As much of a rejected record is kept."""

_FAULTS = {
    "date": "a date",
    "timestamp": "a time",
    "integer": "a whole number",
    "real": "a number",
    "boolean": "yes or no",
}
_FLAGS = {"yes": True, "true": True, "1": True, "y": True, "no": False, "false": False, "0": False, "n": False}


class Record(NamedTuple):
    """One record: the line it begins on, its cells, and its text where the cells do not tell it."""

    line: int
    cells: list[str]
    raw: str = ""


class Columns(NamedTuple):
    """Several records, each as long as the header, by column: NULL or nothing where a cell is blank."""

    lines: pl.Series
    cells: Sequence[pl.Series]
    raws: Sequence[str] = ()
    """The text of each where the cells do not tell it; without any, they do."""

    def record(self, row: int) -> Record:
        """One of the records."""
        cells = [column[row] or "" for column in self.cells]
        return Record(self.lines[row], cells, self.raws[row] if self.raws else "")

    def some(self, first: int, most: int) -> Columns:
        """So many of them, from one on."""
        cells = [cell.slice(first, most) for cell in self.cells]
        return Columns(self.lines.slice(first, most), cells, self.raws[first : first + most])

    def given(self) -> Columns:
        """Those that are not blank."""
        if (self.cells[0].fill_null("") != "").all():
            return self
        is_given = pl.any_horizontal(cell.fill_null("") != "" for cell in self.cells)
        kept = pl.select(is_given).to_series()
        return self if kept.all() else Columns(self.lines.filter(kept), [cell.filter(kept) for cell in self.cells])


class TypedRows:
    """The rows of one file of a table.

    `data` gives the records below the header anew on each call; they may have other lengths than the header, and one
    without cells stands for a blank line. `faster` gives the same, those that stand well together as columns.
    """

    def __init__(
        self,
        table: Table,
        header: Sequence[str],
        data: Callable[[], Iterator[Record]],
        delimiter: str = ",",
        faster: Callable[[], Iterator[Columns | Record]] | None = None,
    ) -> None:
        self._table = table
        self._header = header
        self._data = data
        self._faster = faster or data
        self._delimiter = delimiter
        self._orders: dict[str, bool | None] | None = None
        self.places: dict[str, int] = {}
        """Catalogue column to the cell that feeds it."""
        self.unknown: dict[int, str] = {}
        """Cell to the name of its column, where the catalogue has none for it."""
        known = table.known_headers
        for place, key in enumerate(numbered(header)):
            columns = [column for column in known.get(key, ()) if column.name not in self.places]
            for column in columns:
                self.places[column.name] = place
            if not columns:
                name = header[place]
                self.unknown[place] = f"{name} ({place + 1})" if name and name in self.unknown.values() else name
        self._kept_as_text = {self.places[c.name] for c in table.columns if c.type == "text" and c.name in self.places}

    def drift(self) -> str | None:
        """One line that names the columns nobody knew."""
        names = [name for name in self.unknown.values() if name]
        return f"unknown columns kept: {', '.join(names)}" if names else None

    def frames(self, rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
        """Typed frames; what cannot be read goes to `rejected`. Raises MemberFailed where the whole file cannot be."""
        held: list[Columns] = []
        records: list[Record] = []
        rows, characters = 0, 0.0
        for each in self._fitted(rejected):
            if each is None:
                yield pl.DataFrame(schema=frame_schema(self._table))
                continue
            more = len(each.lines) if isinstance(each, Columns) else 1
            if rows + more > BATCH_ROWS or characters > BATCH_CHARACTERS:
                yield from self._typed_frames([*held, *_by_column(records)], rejected)
                held, records, rows, characters = [], [], 0, 0.0
            rows += more
            if isinstance(each, Columns):
                held += [*_by_column(records), each]
                records = []
                characters += sum(cell.estimated_size() for cell in each.cells)
            else:
                records.append(each)
                characters += sum(map(len, each.cells))
        yield from self._typed_frames([*held, *_by_column(records)], rejected)

    def _typed_frames(self, held: Sequence[Columns], rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
        whole = _in_one(held)
        for first in range(0, len(whole.lines), BATCH_ROWS):
            yield self._typed(whole.some(first, BATCH_ROWS), rejected)

    # --- records as long as the header ---

    def _fitted(self, rejected: list[Rejected]) -> Iterator[Columns | Record | None]:
        """The records as long as the header, or made so; None each time that many were refused."""
        width = len(self._header)
        overflow = self._table.overflow
        overflows = overflow is not None and self.places.get(overflow) == width - 1
        for record in self._joined() if self._table.unquoted_breaks else self._faster():
            if isinstance(record, Columns):
                yield record.given()
                continue
            cells = record.cells
            if len(cells) == width:
                if any(cells):
                    yield record
            elif not any(cell.strip() for cell in cells):
                continue
            elif len(cells) > width and not overflows and not any(cell.strip() for cell in cells[width:]):
                yield Record(record.line, cells[:width], record.raw)
            elif len(cells) > width and (overflows or width == 1):
                # A file of one column has no delimiter.
                last = self._delimiter.join(cells[width - 1 :])
                yield Record(record.line, [*cells[: width - 1], last], record.raw)
            elif len(cells) < width <= 2 * len(cells):
                yield Record(record.line, cells + [""] * (width - len(cells)), record.raw)
            else:
                rejected.append(self._rejected(record, f"{len(cells)} cells where the header names {width}"))
                if len(rejected) % REJECTED_AT_ONCE == 0:
                    yield None

    def _joined(self) -> Iterator[Record]:
        """Records of a file whose last column's line breaks were not quoted: what begins without a date goes on.

        Such a file's first column is a date.
        """
        held: Record | None = None
        following: list[str] = []
        blank_lines = 0
        for record in self._data():
            if not any(record.cells):
                blank_lines += 1
            elif held is None or self._begins_record(record.cells):
                if held is not None:
                    yield self._continued(held, following)
                held, following, blank_lines = record, [], 0
            else:
                following += [""] * blank_lines
                following.append(record.raw or self._delimiter.join(record.cells))
                blank_lines = 0
        if held is not None:
            yield self._continued(held, following)

    def _continued(self, record: Record, following: list[str]) -> Record:
        if not following:
            return record
        place = self.places.get(self._table.unquoted_breaks or "", len(self._header) - 1)
        cells = record.cells + [""] * (place + 1 - len(record.cells))
        cells[place] = "\n".join([cells[place], *following])
        return Record(record.line, cells)

    def _begins_record(self, cells: list[str]) -> bool:
        if not cells[0]:
            return len(cells) == len(self._header)
        if len(cells) == 1:
            # Some line of a text is nothing but a day.
            return False
        try:
            return dates.read_moment(cells[0]) is not None
        except dates.OrderUnknown:
            return True

    def _rejected(self, record: Record, reason: str) -> Rejected:
        raw = record.raw or _written(record.cells, self._delimiter)
        return Rejected(record.line, reason, raw[:RAW_CHARACTERS])

    # --- cells as values ---

    def _typed(self, batch: Columns, rejected: list[Rejected]) -> pl.DataFrame:
        schema = frame_schema(self._table)
        columns: list[pl.Series] = []
        faults: dict[int, str] = {}
        rows = len(batch.lines)
        for column in self._table.columns:
            place = self.places.get(column.name)
            if place is None:
                columns.append(pl.Series(column.name, [None], dtype=schema[column.name]).new_from_index(0, rows))
                continue
            values = batch.cells[place].alias(column.name)
            values = values.set(values == "", None)
            typed = self._read_column(column, values)
            columns.append(typed)
            # Nothing is lost, and so nothing rejected, where the cell is kept as text beside its value.
            if column.type in _FAULTS and place not in self._kept_as_text:
                for row in (typed.is_null() & values.is_not_null()).arg_true():
                    if not dates.stands_for_nothing(values[row]):
                        fault = f"{self._header[place]}: {_shortened(values[row])} is not {_FAULTS[column.type]}"
                        faults.setdefault(row, fault)
        columns.append(batch.lines.alias("line_number"))
        columns.append(self._extra(batch))
        frame = pl.DataFrame(columns)
        if not faults:
            return frame
        rejected.extend(self._rejected(batch.record(row), faults[row]) for row in sorted(faults))
        return frame.filter(~pl.Series(range(rows)).is_in(list(faults)))

    def _read_column(self, column: Column, values: pl.Series) -> pl.Series:
        if column.pattern is not None:
            values = values.str.extract(column.pattern)
        if column.type in ("date", "timestamp"):
            moments = self._read_moments(column, values)
            return moments.cast(pl.Date) if column.type == "date" else moments
        if column.type in ("integer", "real"):
            return _numbers(values, whole=column.type == "integer")
        if column.type == "boolean":
            flags = values.str.strip_chars().str.to_lowercase()
            return flags.replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)
        if column.name == self._table.wrapped_lines:
            return pl.Series(values.name, [text and unwrapped_lines(text) for text in values], dtype=pl.String)
        return values

    def _read_moments(self, column: Column, values: pl.Series) -> pl.Series:
        try:
            return dates.read_moments(values, None, column.partial)
        except dates.OrderUnknown as unknown:
            if self._orders is None:
                self._orders = self._settled_orders()
            order = self._orders[column.name]
            if order is None:
                raise MemberFailed(
                    f"{self._header[self.places[column.name]]}: {unknown} can be read day first or month first and "
                    "nothing in the file settles it; save it again with dates as YYYY-MM-DD"
                ) from None
            return dates.read_moments(values, order, column.partial)

    def _settled_orders(self) -> dict[str, bool | None]:
        """The order of each date column by all of its cells, else by what the file's other columns agree on."""
        moments = [c for c in self._table.columns if c.type in ("date", "timestamp") and c.name in self.places]
        evidence = {column.name: dates.OrderEvidence() for column in moments}
        refused: list[Rejected] = []
        for record in self._fitted(refused):
            if record is None:
                refused.clear()
                continue
            for name, proof in evidence.items():
                cell = record.cells[self.places[name]]
                for text in [cell] if isinstance(cell, str) else cell.drop_nulls().unique(maintain_order=True):
                    proof.add(text)
        agreed = {proof.settled for proof in evidence.values()} - {None}
        shared = agreed.pop() if len(agreed) == 1 else None
        return {
            name: shared if proof.settled is None and not proof.contradicts else proof.settled
            for name, proof in evidence.items()
        }

    def _extra(self, batch: Columns) -> pl.Series:
        if not self.unknown:
            return pl.Series("extra", [None], dtype=pl.String).new_from_index(0, len(batch.lines))
        names = [name or f"column {place + 1}" for place, name in self.unknown.items()]
        rows = zip(*(batch.cells[place] for place in self.unknown), strict=True)
        extra = [as_json({name: cell for name, cell in zip(names, row, strict=True) if cell}) for row in rows]
        return pl.Series("extra", extra, dtype=pl.String)


def _by_column(records: Sequence[Record]) -> Iterator[Columns]:
    """Records as columns; nothing where there are none."""
    if records:
        yield Columns(
            pl.Series([record.line for record in records], dtype=pl.Int64),
            [pl.Series(cells, dtype=pl.String) for cells in zip(*(record.cells for record in records), strict=True)],
            [record.raw for record in records],
        )


def _in_one(several: Sequence[Columns]) -> Columns:
    if len(several) == 1:
        return several[0]
    if not several:
        return Columns(pl.Series(dtype=pl.Int64), [])
    return Columns(
        pl.concat([each.lines for each in several]),
        [pl.concat(cells) for cells in zip(*(each.cells for each in several), strict=True)],
        [raw for each in several for raw in each.raws or [""] * len(each.lines)],
    )


def unwrapped_lines(text: str) -> str:
    """A text without the quotes that were put around each of its lines; as it is where not every line has them."""
    joined, breaks = re.subn(r'"\r?\n"', "\n", text)
    return joined if breaks and breaks == text.count("\n") else text


def as_json(values: dict[str, str]) -> str | None:
    """Named cells as a JSON object; None where there are none."""
    return json.dumps(values, ensure_ascii=False) if values else None


def _numbers(values: pl.Series, whole: bool) -> pl.Series:
    """Numbers with or without thousands marks, with a point or a comma before the decimals."""
    cells = values.str.replace_all(r"[\s\x{00A0}\x{202F}]", "")
    grouped = cells.str.contains(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$").fill_null(False)
    cells = cells.str.replace(",", ".").zip_with(~grouped, cells.str.replace_all(",", ""))
    numbers = cells.cast(pl.Float64, strict=False)
    numbers = numbers.set(~numbers.is_finite().fill_null(True), None)
    if not whole:
        return numbers
    exact = cells.cast(pl.Int64, strict=False)
    return exact.fill_null(numbers.set((numbers % 1 != 0).fill_null(True), None).cast(pl.Int64, strict=False))


def _written(cells: list[str], delimiter: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(cells)
    return line.getvalue()


def _shortened(text: str) -> str:
    return f"'{text}'" if len(text) <= 60 else f"'{text[:57]}…'"
