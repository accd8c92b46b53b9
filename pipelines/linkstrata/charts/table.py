"""A frame as a table to be read: numbers with separators and to the right, shares as per cent, nothing known as a dash.

Texts are texts, and long ones keep a width that can be read on a narrow screen.
"""

from __future__ import annotations

import html
import re
from datetime import date, datetime
from typing import Final

import polars as pl

LONGEST: Final = 15
"""Rows shown of a longer frame."""

_WIDEST_TEXT = 120
_LONG_TEXT = 40
_SHARE = re.compile(r"share(_.*)?|.*_(share|rate)")
"""The columns whose numbers are parts of a whole, by their names."""


def table(frame: pl.DataFrame) -> str:
    """The frame's first rows as HTML, with a line on how many more there are."""
    shown = frame.head(LONGEST)
    styles = [_style(column) for column in shown]
    shares = [column.dtype.is_float() and bool(_SHARE.fullmatch(column.name)) for column in shown]
    heads = "".join(
        f'<th scope="col"{style}>{html.escape(name.replace("_", " "))}</th>'
        for name, style in zip(frame.columns, styles, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{style}>{_per_cent(value) if share else _written(value)}</td>"
            for value, style, share in zip(row, styles, shares, strict=True)
        )
        + "</tr>"
        for row in shown.iter_rows()
    )
    if frame.is_empty():
        rest = "<p>No rows.</p>"
    else:
        rest = f"<p>{frame.height - LONGEST:,} rows more.</p>" if frame.height > LONGEST else ""
    return f'<table class="frame"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{rest}'


def _style(column: pl.Series) -> str:
    """Numbers stand to the right, the rest to the left; a day keeps to one line, a long text to a few."""
    kind = column.dtype
    if kind.is_numeric():
        return ""
    more = "; white-space: nowrap" if kind.is_temporal() else ""
    if kind == pl.String and int(column.str.len_chars().max() or 0) > _LONG_TEXT:  # type: ignore[arg-type]
        more = "; min-width: 17em"
    return f' style="text-align: left{more}"'


def _per_cent(value: float | None) -> str:
    if value is None:
        return "–"
    per_cent = value * 100
    return f"{per_cent:.0f}%" if abs(per_cent) >= 10 else f"{per_cent:.1f}%"


def _written(value: object) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.3g}" if abs(value) < 100 else f"{value:,.0f}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case list():
            return ", ".join(_written(item) for item in value)
        case _:
            text = " ".join(str(value).split())
            return html.escape(text if len(text) <= _WIDEST_TEXT else f"{text[:_WIDEST_TEXT]} …")
