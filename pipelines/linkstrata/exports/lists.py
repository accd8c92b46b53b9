"""Reads lists of people that tools, scripts and CRMs write: CSV, JSON or the first sheet of a workbook.

Whatever the layout, a list becomes frames of text first, one column for each field that `list_columns.py` recognised,
and one way leads from there to typed rows. Saved pages are not for here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import PurePosixPath

import polars as pl

from linkstrata.exports import csv_files, dates
from linkstrata.exports.container import Member
from linkstrata.exports.encodings import encoding_of
from linkstrata.exports.frames import frame_schema
from linkstrata.exports.list_columns import ADDRESS, IDENTITY, SEVERAL, SLUG, Claims, claims_of, understood
from linkstrata.exports.list_tables import COMPANY_PAGE_FOLLOWER_LIST, CONTACT_LIST, FOLLOWER_LIST, POST_ENGAGERS
from linkstrata.exports.members import BATCH_ROWS, MemberFailed, MemberReading, ReadRows, Rejected
from linkstrata.exports.sheets import as_text, read_sheets
from linkstrata.exports.tables import Column, Kind, Table, normalised

SOURCES: Mapping[str, str] = {
    FOLLOWER_LIST.name: "follower_list",
    CONTACT_LIST.name: "contact_list",
    POST_ENGAGERS.name: "contact_list",
    COMPANY_PAGE_FOLLOWER_LIST.name: "company_page",
}
"""Table a list lands in to the source its archive has."""

LARGEST_JSON = 128 << 20
"""Bytes of the largest JSON list; it has to be held whole, many times over."""

_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SAMPLE_ROWS = 500

_FOLLOWERS_NAME = re.compile(
    r"follower|follows?.?me\b|seguidor|abonn(?!ement)|seguaci|volgers|följare|takipçi|подписчик|フォロワー",
    re.IGNORECASE,
)
_COMPANY_NAME = re.compile(r"company|organi[sz]ation|page.?followers|empresa", re.IGNORECASE)

_NAMING = ("profile_url", "member_id", "member_number", "sales_id", "full_name", "first_name", "last_name", "email")
_NOTHING = ("n/a", "null", "none", "undefined", "-", "")
_PERSON_ID = r"(?:^|[/:(])({}[A-Za-z0-9_-]{{5,}})(?:$|[/?#,)])"
_MEMBER_ID = _PERSON_ID.format("ACo")
_SALES_ID = _PERSON_ID.format("ACw")
_MEMBER_NUMBER = r"^(?:urn:li:(?:member|person):)?0*([1-9][0-9]*)(?:\.0+)?$"
_MEMBER_URN = r"^urn:li:(?:member|person):0*([1-9][0-9]*)$"
_PROFILE = r"(?i)(?:^|//|\.)linkedin\.com/in/[^/?#]"
_NAME_NOISE = (
    r"(?i)^status is (?:reachable|offline|online|away)\s*",
    r"(?i)\s*view\s.{1,200}?[’']s?\s+(?:full\s+)?(?:linkedin\s+)?profile.*$",
    r"(?i)[,\s]*\bis (?:open to work|hiring)\b.*$",
    r"(?i)\s*#(?:open_?to_?work|hiring)\b.*$",
    r"\s*[•·]\s*\d(?:st|nd|rd|th)\+?.*$",
)
_YES = ("true", "yes", "y", "1", "x", "✓", "✔", "sim", "sí", "si", "oui", "ja", "following", "mutual")
_NO = ("false", "no", "n", "0", "não", "nao", "non", "nein", "nee", "follow", "not following")


@dataclass(frozen=True)
class _Found:
    """A list as text: what its columns mean, and how to get at its rows, in frames of one column for each field."""

    claims: Claims
    read_rows: ReadRows
    is_empty: bool
    hint: str = ""
    """What the file says of itself beside its rows."""


def read_list(member: Member, mapping: Mapping[str, str]) -> MemberReading | None:
    """A member as a list of people; None where it is none.

    `mapping` (column to field) says what the headings leave unclear. Raises Refused where it names what is not there,
    and MemberFailed where the member is damaged.
    """
    start = member.start(64)
    if start[:4] in _WORKBOOK_STARTS:
        found = _in_workbook(member, mapping)
    elif start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        found = _in_json(member, mapping)
    else:
        found = _in_text(member, mapping)
    if found is None or not (mapping or _names_people(found)):
        return None
    table = _table(found.claims, member.name, found.hint)
    notes = []
    if found.claims.unknown:
        notes.append(f"unknown columns kept: {', '.join(found.claims.unknown)}")
    return MemberReading(
        member.path,
        table.name,
        "empty" if found.is_empty else "loaded",
        "; ".join(notes) or None,
        read_rows=lambda rejected: _typed_rows(found, table, rejected),
    )


def _table(claims: Claims, name: str, hint: str) -> Table:
    """Which list this is, by its columns and its file's name: people who only follow a page are not the member's."""
    keys = {normalised(heading) for heading in claims.header}
    if claims.has("has_liked", "has_commented", "post_url", "comment_url", "last_commented_at"):
        return POST_ENGAGERS
    voyager, naas = {"followedattext", "followedataccessibilitytext"}, {"publicid", "distance", "followedat"}
    name_says = f"{PurePosixPath(name).stem} {hint}"
    is_followers = _FOLLOWERS_NAME.search(name_says) is not None
    if voyager <= keys or naas <= keys or (is_followers and _COMPANY_NAME.search(name_says)):
        return COMPANY_PAGE_FOLLOWER_LIST
    is_other = re.search("following", name_says, re.IGNORECASE) and not is_followers
    if not is_other and (is_followers or claims.has("is_following", "followed_at")):
        return FOLLOWER_LIST
    return CONTACT_LIST


def _names_people(found: _Found) -> bool:
    """Whether the first rows have a person's address or id, or the columns are those of an address book."""
    claims = found.claims
    if claims.has("email") and claims.has("full_name", "first_name", "last_name"):
        return True
    if claims.has("full_name", "last_name") and claims.has("company", "position", "headline", "tags", "notes"):
        return True
    if found.is_empty:
        return claims.has(*SEVERAL)
    first = next(found.read_rows([]), None)
    if first is None:
        return False
    ids, _ = _identity(first.head(_SAMPLE_ROWS), claims)
    address = ids.pop("profile_url")
    return bool(address.str.contains(_PROFILE).any()) or any(bool(each.is_not_null().any()) for each in ids.values())


# --- layouts ---


def _in_text(member: Member, mapping: Mapping[str, str]) -> _Found | None:
    encoding = encoding_of(member)
    layout = csv_files.find_layout(member, encoding, understood)
    if layout is None and mapping:
        layout = csv_files.find_layout(member, encoding, lambda cells: sum(cell.strip() in mapping for cell in cells))
    if layout is None:
        return None
    claims = claims_of(layout.header, mapping)
    names = _frame_names(claims)
    header = tuple(names.get(place, heading) for place, heading in enumerate(layout.header))
    columns = Table("list", (), Kind.SNAPSHOT, tuple(Column(n, "text", (n,), "") for n in names.values()), "")
    rows = csv_files.read_table(member, columns, replace(layout, header=header))
    return _Found(claims, rows.read_rows, layout.is_empty)


def _in_workbook(member: Member, mapping: Mapping[str, str]) -> _Found | None:
    sheets = read_sheets(member)
    rows = [(row.number, [as_text(cell) or "" for cell in row.cells]) for row in sheets[0].rows] if sheets else []
    tops = range(min(len(rows), csv_files.HEADER_RECORDS))
    top = max(tops, key=lambda place: understood(rows[place][1]), default=None)
    if top is None or not (understood(rows[top][1]) or mapping):
        return None
    header, below = rows[top][1], rows[top + 1 :]
    return _in_records(header, [(number, dict(enumerate(cells))) for number, cells in below], [], mapping)


def _in_json(member: Member, mapping: Mapping[str, str]) -> _Found | None:
    """Objects, one a person: in an array, in the array of a tool's answer, or one to a line."""
    if member.size > LARGEST_JSON:
        raise MemberFailed(f"a JSON list of {member.size:,} bytes is too large to read; save it as CSV")
    with member.open() as stream:
        content = stream.read()
    try:
        objects, hint = _objects(_loaded(content))
    except (ValueError, RecursionError):
        raise MemberFailed("its JSON is broken or cut short; export it again") from None
    flat = [_flat(each) if isinstance(each, dict) else {} for each in objects]
    header = list(dict.fromkeys(chain.from_iterable(flat)))
    if not understood(header) and not mapping:
        return None
    places = {name: place for place, name in enumerate(header)}
    records = [
        (number, {places[name]: value for name, value in each.items()}) for number, each in enumerate(flat, 1) if each
    ]
    rejected = [
        Rejected(number, "no object with fields", json.dumps(each, ensure_ascii=False))
        for number, (each, fields) in enumerate(zip(objects, flat, strict=True), 1)
        if not fields
    ]
    return _in_records(header, records, rejected, mapping, hint)


def _loaded(content: bytes) -> object:
    text = content.decode("utf-8-sig")
    try:
        return json.loads(text)
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise
        return [json.loads(line) for line in lines]


def _objects(answer: object) -> tuple[list[object], str]:
    """The array of persons in a tool's answer, and what the answer calls itself."""
    if isinstance(answer, list):
        return answer, ""
    if isinstance(answer, dict):
        said = str(answer.get("object", ""))
        for key in ("items", "followers", "results", "data", "resultObject", "included"):
            inner = answer.get(key)
            if isinstance(inner, str):
                inner = json.loads(inner)
            if isinstance(inner, list):
                return inner, f"{said} {key}"
            if isinstance(inner, dict):
                return _objects(inner)
    return [], ""


def _flat(value: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """An object's fields as text; those of an inner object under both names, joined by a dot."""
    fields: dict[str, str] = {}
    for name, inner in value.items():
        if isinstance(inner, dict):
            fields.update(_flat(inner, f"{prefix}{name}."))
        elif isinstance(inner, bool):
            fields[prefix + name] = "true" if inner else "false"
        elif isinstance(inner, list):
            fields[prefix + name] = ", ".join(map(str, inner)) if _are_plain(inner) else json.dumps(inner)
        else:
            fields[prefix + name] = "" if inner is None else str(inner)
    return fields


def _are_plain(values: Sequence[object]) -> bool:
    return all(isinstance(value, (str, int, float)) for value in values)


def _in_records(
    header: Sequence[str],
    records: Sequence[tuple[int, Mapping[int, str]]],
    rejected: Sequence[Rejected],
    mapping: Mapping[str, str],
    hint: str = "",
) -> _Found:
    """A list whose rows are at hand, each as its text by place."""
    claims = claims_of(header, mapping)
    names = _frame_names(claims)
    unknown = [(place, heading) for place, heading in enumerate(header) if place not in names]

    def read(refused: list[Rejected]) -> Iterator[pl.DataFrame]:
        refused.extend(rejected)
        rows = iter(records)
        while batch := list(islice(rows, BATCH_ROWS)):
            columns = {name: [row.get(place) or None for _, row in batch] for place, name in names.items()}
            extra = [
                _as_json({heading: row[place] for place, heading in unknown if row.get(place)}) for _, row in batch
            ]
            yield pl.DataFrame(
                {**columns, "line_number": [number for number, _ in batch], "extra": extra},
                schema={**dict.fromkeys(columns, pl.String), "line_number": pl.Int64, "extra": pl.String},
            )

    return _Found(claims, read, not records, hint)


def _frame_names(claims: Claims) -> dict[int, str]:
    """Column of the text frames for each claimed place: its field, and the place, for a field can stand in several."""
    return {place: f"{field}:{place}" for place, field in claims.fields.items()}


# --- from text to typed rows ---


def _typed_rows(found: _Found, table: Table, rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
    day_first = _order_of_observations(found)
    for text in found.read_rows(rejected):
        frame = _typed(text, found.claims, table, day_first)
        named = frame.select(
            pl.any_horizontal(pl.col(n).is_not_null() for n in _NAMING if n in frame.columns)
        ).to_series()
        for row in text.filter(~named).iter_rows(named=True):
            shown = ", ".join(str(value) for name, value in row.items() if value is not None and name != "line_number")
            rejected.append(Rejected(row["line_number"], "no address, id, name or e-mail: it names nobody", shown))
        yield frame.filter(named)


def _typed(text: pl.DataFrame, claims: Claims, table: Table, day_first: bool | None) -> pl.DataFrame:
    """Text as rows of the table. What the table has no column for, or cannot be read as its type, goes into `extra`."""
    schema = frame_schema(table)
    columns, left = _identity(text, claims)
    for place, name in _frame_names(claims).items():
        field, given = claims.fields[place], text[name]
        if field == "position" and field not in schema and not claims.has("headline"):
            field = "headline"
        if field in SEVERAL:
            continue
        if field not in schema:
            left[claims.header[place]] = given
            continue
        columns[field] = _read_field(field, schema[field], given, day_first)
        left[claims.header[place]] = given.set(columns[field].is_not_null() | _is_nothing(given), None)
    columns |= {"line_number": text["line_number"], "extra": _with_left(text["extra"], left)}
    return pl.DataFrame(
        [
            columns[name].alias(name)
            if name in columns
            else pl.repeat(None, text.height, dtype=dtype, eager=True).alias(name)
            for name, dtype in schema.items()
        ]
    )


def _identity(text: pl.DataFrame, claims: Claims) -> tuple[dict[str, pl.Series], dict[str, pl.Series]]:
    """A person's address and ids out of all columns that hold some, and by heading the ids that are none."""
    found: dict[str, list[pl.Expr]] = {name: [] for name in ("profile_url", "member_id", "member_number", "sales_id")}
    elsewhere: list[pl.Expr] = []
    none: dict[str, pl.Expr] = {}
    for place, name in _frame_names(claims).items():
        field = claims.fields[place]
        if field not in SEVERAL:
            continue
        value = pl.col(name).str.strip_chars()
        value = pl.when(~value.str.to_lowercase().is_in(_NOTHING)).then(value)
        ids = {
            "member_id": value.str.extract(_MEMBER_ID),
            "sales_id": value.str.extract(_SALES_ID),
            "member_number": value.str.extract(_MEMBER_NUMBER if field == IDENTITY else _MEMBER_URN),
        }
        for kind, expression in ids.items():
            found[kind].append(expression)
        remaining = pl.when(pl.all_horizontal(expression.is_null() for expression in ids.values())).then(value)
        found["profile_url"].append(pl.when(remaining.str.contains(_PROFILE)).then(remaining))
        others = pl.when(~remaining.str.contains(_PROFILE)).then(remaining)
        if field == SLUG:
            elsewhere.append("https://www.linkedin.com/in/" + others)
        elif field == ADDRESS:
            elsewhere.append(others)
        else:
            none[claims.header[place]] = others
    chosen = {
        kind: pl.coalesce([*each, *(elsewhere if kind == "profile_url" else ()), pl.lit(None, pl.String)]).alias(kind)
        for kind, each in found.items()
    }
    left = [expression.alias(f"left: {heading}") for heading, expression in none.items()]
    frame = text.select(*chosen.values(), *left)
    return {kind: frame[kind] for kind in chosen}, {heading: frame[f"left: {heading}"] for heading in none}


def _read_field(field: str, dtype: pl.DataType, given: pl.Series, day_first: bool | None) -> pl.Series:
    value = given.str.strip_chars()
    if dtype == pl.Boolean:
        flags = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
        return value.str.to_lowercase().replace_strict(flags, default=None, return_dtype=pl.Boolean)
    if dtype == pl.Int64:
        return _counts(value)
    if dtype == pl.Datetime("us"):
        return _moments(value, day_first)
    if field == "full_name":
        for noise in _NAME_NOISE:
            value = value.str.replace(noise, "")
        value = value.str.strip_chars()
    return value.set(value.str.to_lowercase().is_in(["n/a", ""]), None)


def _counts(values: pl.Series) -> pl.Series:
    """Counts such as "1,234 followers", "1.234", "12K" or "500+"."""
    text = values.str.to_lowercase().str.replace(r"\.0+$", "")
    scale = text.str.extract(r"\d\s*([km])\b").replace_strict(
        {"k": 1e3, "m": 1e6}, default=None, return_dtype=pl.Float64
    )
    rounded = (
        text.str.extract(r"(\d+(?:[.,]\d+)?)\s*[km]\b").str.replace(",", ".").cast(pl.Float64, strict=False) * scale
    )
    digits = text.str.extract(r"^\D{0,3}(\d[\d.,'’\s\x{a0}\x{202f}]*)").str.replace_all(r"\D", "")
    return rounded.round().cast(pl.Int64, strict=False).fill_null(digits.cast(pl.Int64, strict=False))


def _moments(values: pl.Series, day_first: bool | None) -> pl.Series:
    iso = values.str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", strict=False, time_unit="us")
    milliseconds = values.str.extract(r"^(1\d{12})$").cast(pl.Int64).cast(pl.Datetime("ms")).cast(pl.Datetime("us"))
    rest = values.set(iso.is_not_null() | milliseconds.is_not_null(), None)
    try:
        others = dates.read_moments(rest, day_first)
    except dates.OrderUnknown:
        others = dates.read_moments(rest.set(rest.str.contains("^\\d{1,2}[/-]"), None))
    return iso.fill_null(milliseconds).fill_null(others)


def _order_of_observations(found: _Found) -> bool | None:
    """Whether the list writes the day first in the times it was taken; all of it is looked at, and only if need be."""
    name = next((name for place, name in _frame_names(found.claims).items() if name.startswith("observed_at:")), None)
    first = next(found.read_rows([]), None) if name else None
    if name is None or first is None or not first[name].str.contains(r"^\d{1,2}[/-]").any():
        return None
    return dates.order_of(chain.from_iterable(frame[name].drop_nulls().unique() for frame in found.read_rows([])))


def _is_nothing(values: pl.Series) -> pl.Series:
    return values.str.strip_chars().str.to_lowercase().is_in(_NOTHING).fill_null(True)


def _with_left(extra: pl.Series, left: Mapping[str, pl.Series]) -> pl.Series:
    """The `extra` of each row with what is left over of its other cells."""
    filled = {heading: values for heading, values in left.items() if values.is_not_null().any()}
    if not filled:
        return extra
    merged = extra.to_list()
    for heading, values in filled.items():
        for row in values.is_not_null().arg_true():
            merged[row] = _as_json({**json.loads(merged[row] or "{}"), heading: values[row]})
    return pl.Series("extra", merged, dtype=pl.String)


def _as_json(values: Mapping[str, str]) -> str | None:
    return json.dumps(values, ensure_ascii=False) if values else None
