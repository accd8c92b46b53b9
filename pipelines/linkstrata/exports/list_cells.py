"""Makes typed rows of a list's text: ids and addresses sorted by kind, names cleaned, counts, flags and times read.

Nothing is lost here: what cannot be read as what its column says stays in `extra`, as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain

import polars as pl

from linkstrata.exports import dates
from linkstrata.exports.frames import frame_schema
from linkstrata.exports.list_columns import ADDRESS, IDENTITY, SEVERAL, SLUG, Claims
from linkstrata.exports.list_layouts import TextList, column_names
from linkstrata.exports.members import Rejected
from linkstrata.exports.tables import Table

_NAMING = ("profile_url", "member_id", "member_number", "sales_id", "full_name", "first_name", "last_name", "email")
_NOTHING = ("n/a", "null", "none", "undefined", "-", "")
_PERSON_ID = r"(?:^|[/:(])({}[A-Za-z0-9_-]{{5,}})(?:$|[/?#,)])"
_MEMBER_ID = _PERSON_ID.format("ACo")
_SALES_ID = _PERSON_ID.format("ACw")
_MEMBER_NUMBER = r"^(?:urn:li:(?:member|person):)?0*([1-9][0-9]*)(?:\.0+)?$"
_MEMBER_URN = r"^urn:li:(?:member|person):0*([1-9][0-9]*)$"
PROFILE = r"(?i)(?:^|//|\.)linkedin\.com/in/[^/?#]"
_NAME_NOISE = (
    r"(?i)^status is (?:reachable|offline|online|away)\s*",
    r"(?i)\s*view\s.{1,200}?[’']s?\s+(?:full\s+)?(?:linkedin\s+)?profile.*$",
    r"(?i)[,\s]*\bis (?:open to work|hiring)\b.*$",
    r"(?i)\s*#(?:open_?to_?work|hiring)\b.*$",
    r"\s*[•·]\s*\d(?:st|nd|rd|th)\+?.*$",
)
_YES = ("true", "yes", "y", "1", "x", "✓", "✔", "sim", "sí", "si", "oui", "ja", "following", "mutual")
_NO = ("false", "no", "n", "0", "não", "nao", "non", "nein", "nee", "follow", "not following")


def typed_rows(found: TextList, table: Table, rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
    """The rows of a list for a table. A row without a name, address, id or e-mail is rejected."""
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
    columns, left = identity(text, claims)
    for place, name in column_names(claims).items():
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


def identity(text: pl.DataFrame, claims: Claims) -> tuple[dict[str, pl.Series], dict[str, pl.Series]]:
    """Address and ids of the persons in a list's text, each out of all columns that may hold it.

    Also gives, by heading, what stood in a column of ids and is none.
    """
    found: dict[str, list[pl.Expr]] = {name: [] for name in ("profile_url", "member_id", "member_number", "sales_id")}
    elsewhere: list[pl.Expr] = []
    none: dict[str, pl.Expr] = {}
    for place, name in column_names(claims).items():
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
        found["profile_url"].append(pl.when(remaining.str.contains(PROFILE)).then(remaining))
        others = pl.when(~remaining.str.contains(PROFILE)).then(remaining)
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
    # Added rather than selected: a list without any such column keeps its number of rows.
    frame = text.with_columns(*chosen.values(), *left)
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


def _order_of_observations(found: TextList) -> bool | None:
    """Whether the list writes the day first in the times it was taken; all of it is looked at, and only if need be."""
    name = next((name for place, name in column_names(found.claims).items() if name.startswith("observed_at:")), None)
    first = next(found.read_rows([]), None) if name else None
    if name is None or first is None or not first[name].str.contains(r"^\d{1,2}[/-]").any():
        return None
    return dates.order_of(chain.from_iterable(_several_of(found, name)))


def _several_of(found: TextList, name: str) -> Iterator[pl.Series]:
    refused: list[Rejected] = []
    for frame in found.read_rows(refused):
        refused.clear()
        yield frame[name].drop_nulls().unique()


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
