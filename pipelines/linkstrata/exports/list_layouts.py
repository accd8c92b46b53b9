"""Gets at the rows of a list of people as text, whatever holds them: delimited text, JSON, the sheet of a workbook.

What the text says is for `list_cells.py`, which columns there are for `list_columns.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from typing import Any

import polars as pl

from linkstrata.exports import csv_files
from linkstrata.exports.container import Member
from linkstrata.exports.encodings import LARGE_BYTES, encoding_of
from linkstrata.exports.list_columns import Claims, claims_of, understood
from linkstrata.exports.members import BATCH_ROWS, MemberFailed, ReadRows, Rejected
from linkstrata.exports.sheets import as_text, read_sheets
from linkstrata.exports.tables import Column, Kind, Table

LARGEST_JSON = 128 << 20
"""Bytes of the largest JSON list; it has to be held whole, many times over."""

BLOCK_BYTES = 4 << 20
"""Bytes of a large list that are parsed together."""

REMEMBERED_BYTES = 64 << 20
"""A list up to this size is read once and remembered, however often its rows are asked for."""

WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""An escape that may be half a letter, which no text can hold."""

_COMPANY_FOLLOWERS = "organizationDashFollowersByOrganizationalPage"


@dataclass(frozen=True)
class TextList:
    """A list as text: what its columns mean, and how to get at its rows.

    The frames have a text column for each column that means something, named by `column_names`, then `line_number` and
    `extra`.
    """

    claims: Claims
    read_rows: ReadRows
    is_empty: bool
    hint: str = ""
    """What the file says of itself beside its rows."""


def open_list(member: Member, mapping: Mapping[str, str]) -> TextList | None:
    """A member as a list, where some header in it sounds like people or `mapping` names its columns; else None.

    Raises Refused where the mapping names what is not there, and MemberFailed where the member is damaged.
    """
    start = member.start(64)
    if start[:4] in WORKBOOK_STARTS:
        return _in_workbook(member, mapping)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _in_json(member, mapping)
    found = _in_text(member, mapping)
    if found is None or member.size > REMEMBERED_BYTES:
        return found
    return replace(found, read_rows=_Remembered(found.read_rows).read)


def column_names(claims: Claims) -> dict[int, str]:
    """The frames' column for each place that means something: its field and the place, for a field can have several."""
    return {place: f"{field}:{place}" for place, field in claims.fields.items()}


class _Remembered:
    """The rows of a list, parsed only as far as somebody asked, and once."""

    def __init__(self, read_rows: ReadRows) -> None:
        self._refused: list[Rejected] = []
        self._rest = read_rows(self._refused)
        self._frames: list[pl.DataFrame] = []
        self._failure: MemberFailed | None = None

    def read(self, rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
        place = 0
        while place < len(self._frames) or self._parse_on():
            yield self._frames[place]
            place += 1
        rejected.extend(self._refused)

    def _parse_on(self) -> bool:
        if self._failure is not None:
            raise self._failure
        try:
            frame = next(self._rest, None)
        except MemberFailed as failure:
            self._failure = failure
            raise
        if frame is not None:
            self._frames.append(frame)
        return frame is not None


# --- delimited text ---


def _in_text(member: Member, mapping: Mapping[str, str]) -> TextList | None:
    encoding = encoding_of(member)
    layout = csv_files.find_layout(member, encoding, understood)
    if layout is None and mapping:
        layout = csv_files.find_layout(member, encoding, lambda cells: sum(cell.strip() in mapping for cell in cells))
    if layout is None:
        return None
    claims = claims_of(layout.header, mapping)
    names = column_names(claims)
    header = tuple(names.get(place, heading) for place, heading in enumerate(layout.header))
    columns = tuple(Column(name, "text", (name,), "") for name in names.values())
    layout = replace(layout, header=header)
    read_rows = csv_files.read_table(member, Table("list", (), Kind.SNAPSHOT, columns, ""), layout).read_rows
    if member.size > LARGE_BYTES and encoding.is_plain and not any("\n" in heading for heading in header):
        read_rows = partial(_quickly, member, layout, list(names.values()), read_rows)
    return TextList(claims, read_rows, layout.is_empty)


def _quickly(
    member: Member, layout: csv_files.Layout, known: Sequence[str], carefully: ReadRows, rejected: list[Rejected]
) -> Iterator[pl.DataFrame]:
    """The rows of a large, plain file, many times faster; carefully from the first row that does not fit the header."""
    import pyarrow  # type: ignore[import-untyped]
    import pyarrow.csv  # type: ignore[import-untyped]

    names = [heading if heading in known else f"unknown {place}" for place, heading in enumerate(layout.header)]
    unknown = {name: heading for name, heading in zip(names, layout.header, strict=True) if name not in known}
    line, given = layout.lines_before + 2, 0
    try:
        batches = pyarrow.csv.open_csv(
            member.on_disk(),
            pyarrow.csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, column_names=names, skip_rows=line - 1),
            pyarrow.csv.ParseOptions(delimiter=layout.delimiter, newlines_in_values=True, ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pyarrow.string()), strings_can_be_null=False),
        )
        for batch in batches:
            text = pl.DataFrame(pl.from_arrow(batch))
            lines = 1 + pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))
            text = text.with_columns(
                line_number=line + lines.cum_sum().cast(pl.Int64) - lines, ends=line + lines.cum_sum()
            )
            line = text["ends"][-1]
            filled = text.filter(pl.any_horizontal(pl.col(names) != ""))
            blanks_out = [pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in known]
            for frame in filled.select(*blanks_out, "line_number", extra=_as_objects(unknown)).iter_slices(BATCH_ROWS):
                given += frame.height
                yield frame
    except pyarrow.ArrowInvalid:
        for frame in carefully(rejected):
            seen = min(given, frame.height)
            given -= seen
            yield frame.slice(seen)


def _as_objects(columns: Mapping[str, str]) -> pl.Expr:
    """Columns (with the heading each goes by) as one JSON object a row, without what is blank; NULL where all is."""
    if not columns:
        return pl.lit(None, pl.String)
    before, after = len('{"v":'), len("}")
    members = []
    for name, heading in columns.items():
        value = pl.struct(v=name).struct.json_encode()
        value = value.str.slice(before, value.str.len_chars() - before - after)
        members.append(pl.when(pl.col(name) != "").then(pl.lit(json.dumps(heading, ensure_ascii=False) + ": ") + value))
    return pl.when(pl.any_horizontal(pl.col(name) != "" for name in columns)).then(
        pl.concat_str(pl.lit("{"), pl.concat_str(members, separator=", ", ignore_nulls=True), pl.lit("}"))
    )


# --- workbooks ---


def _in_workbook(member: Member, mapping: Mapping[str, str]) -> TextList | None:
    sheets = read_sheets(member)
    rows = [(row.number, [as_text(cell) or "" for cell in row.cells]) for row in sheets[0].rows] if sheets else []
    tops = range(min(len(rows), csv_files.HEADER_RECORDS))
    top = max(tops, key=lambda place: understood(rows[place][1]), default=None)
    if top is None or not (understood(rows[top][1]) or mapping):
        return None
    header, below = rows[top][1], rows[top + 1 :]
    return list_of_records(header, [(number, dict(enumerate(cells))) for number, cells in below], [], mapping)


# --- JSON ---


def _in_json(member: Member, mapping: Mapping[str, str]) -> TextList | None:
    """Objects, one a person: in an array, in the array of a tool's answer, or one to a line."""
    try:
        people, hint = _people(loaded_json(member))
    except (ValueError, RecursionError):
        raise MemberFailed("the JSON within its JSON is broken; export it again") from None
    flat = [dict(_flat(each)) if isinstance(each, dict) else {} for each in people]
    header = list(dict.fromkeys(chain.from_iterable(flat)))
    if not understood(header) and not mapping:
        return None
    places = {name: place for place, name in enumerate(header)}
    records = [
        (number, {places[name]: value for name, value in fields.items()})
        for number, fields in enumerate(flat, 1)
        if fields
    ]
    rejected = [
        Rejected(number, "no object with fields", json.dumps(each, ensure_ascii=False))
        for number, (each, fields) in enumerate(zip(people, flat, strict=True), 1)
        if not fields
    ]
    return list_of_records(header, records, rejected, mapping, hint)


def loaded_json(member: Member) -> Any:
    """What a JSON file says; of one with a value on each line, these. Raises MemberFailed where it is broken."""
    if member.size > LARGEST_JSON:
        raise MemberFailed(f"a JSON file of {member.size:,} bytes is too large to read; save it as CSV")
    with member.open() as stream:
        content = stream.read()
    try:
        text = content.decode("utf-8-sig")
        found = _values(text)
        if _LONE_SURROGATE.search(text):
            whole = json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
            found = json.loads(whole)
        return found
    except (ValueError, RecursionError):
        raise MemberFailed("its JSON is broken or cut short; export it again") from None


def _values(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise
        return [json.loads(line) for line in lines]


def _people(answer: Any) -> tuple[list[object], str]:
    """The array of persons in a tool's answer, and what the answer calls itself."""
    if isinstance(answer, list):
        return answer, ""
    if not isinstance(answer, dict):
        return [], ""
    if isinstance(answer.get("included"), list):
        return _normalised(answer)
    for key in ("items", "followers", "results", "data", "resultObject"):
        inner = answer.get(key)
        people, hint = _people(json.loads(inner) if isinstance(inner, str) and inner[:1] in ("[", "{") else inner)
        if people:
            return people, f"{answer.get('object', '')} {key} {hint}"
    return [], ""


def _normalised(answer: dict[str, Any]) -> tuple[list[object], str]:
    """The persons of LinkedIn's own answers, where entities lie apart from the elements that refer to them."""
    followed: dict[object, object] = {}
    pending: list[object] = [answer]
    while pending:
        each = pending.pop()
        if isinstance(each, list):
            pending.extend(each)
        elif isinstance(each, dict):
            pending.extend(each.values())
            follower = each.get("followerV2")
            if isinstance(follower, dict):
                followed[follower.get("*profile")] = each.get("followedAt")
    people: list[object] = [
        {**each, "followedAt": followed.get(each.get("entityUrn"))}
        for each in answer["included"]
        if isinstance(each, dict) and each.get("firstName")
    ]
    return people, "organization followers" if _COMPANY_FOLLOWERS in json.dumps(answer) else ""


def _flat(value: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """An object's fields as text; those of an inner object under both names, joined by a dot."""
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _flat(inner, f"{prefix}{name}.")
        elif isinstance(inner, bool):
            yield prefix + name, "true" if inner else "false"
        elif isinstance(inner, list):
            plain = all(isinstance(each, (str, int, float)) for each in inner)
            yield prefix + name, ", ".join(map(str, inner)) if plain else json.dumps(inner, ensure_ascii=False)
        else:
            yield prefix + name, "" if inner is None else str(inner)


# --- rows at hand ---


def list_of_records(
    header: Sequence[str],
    records: Sequence[tuple[int, Mapping[int, str]]],
    rejected: Sequence[Rejected],
    mapping: Mapping[str, str],
    hint: str = "",
) -> TextList:
    """A list whose rows are at hand, each as its text by place."""
    claims = claims_of(header, mapping)
    names = column_names(claims)
    unknown = [(place, heading) for place, heading in enumerate(header) if place not in names]

    def read_rows(refused: list[Rejected]) -> Iterator[pl.DataFrame]:
        refused.extend(rejected)
        rows = iter(records)
        while batch := list(islice(rows, BATCH_ROWS)):
            columns = {name: [row.get(place) or None for _, row in batch] for place, name in names.items()}
            rest = ({heading: row[place] for place, heading in unknown if row.get(place)} for _, row in batch)
            extra = [json.dumps(values, ensure_ascii=False) if values else None for values in rest]
            yield pl.DataFrame(
                {**columns, "line_number": [number for number, _ in batch], "extra": extra},
                schema={**dict.fromkeys(columns, pl.String), "line_number": pl.Int64, "extra": pl.String},
            )

    return TextList(claims, read_rows, not records, hint)
