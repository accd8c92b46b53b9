"""A frame as a table to be read: numbers with separators and to the right, nothing known as a dash, texts as texts."""

from __future__ import annotations

import html
from datetime import date, datetime
from typing import Final

import polars as pl

LONGEST: Final = 15
"""Rows shown of a longer frame."""

_WIDEST_TEXT = 120


def table(frame: pl.DataFrame) -> str:
    """The frame's first rows as HTML, with a line on how many more there are."""
    heads = "".join(
        f'<th scope="col"{_style(frame.schema[name])}>{html.escape(name.replace("_", " "))}</th>'
        for name in frame.columns
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td{_style(kind)}>{_written(value)}</td>" for value, kind in zip(row, frame.dtypes, strict=True))
        + "</tr>"
        for row in frame.head(LONGEST).iter_rows()
    )
    if frame.is_empty():
        rest = "<p>No rows.</p>"
    else:
        rest = f"<p>{frame.height - LONGEST:,} rows more.</p>" if frame.height > LONGEST else ""
    return f'<table class="frame"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{rest}'


def _style(kind: pl.DataType) -> str:
    """Numbers stand to the right, the rest to the left; a day is never broken at its dashes."""
    if kind.is_numeric():
        return ""
    return f' style="text-align: left{"; white-space: nowrap" if kind.is_temporal() else ""}"'


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
