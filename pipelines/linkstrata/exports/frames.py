"""The frame that a raw table's rows are handed on in: which columns, of which types."""

from __future__ import annotations

import polars as pl

from linkstrata.exports.tables import Table

_DTYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "profile_url": pl.String(),
    "profile_urls": pl.String(),
    "date": pl.Date(),
    "timestamp": pl.Datetime("us"),
    "integer": pl.Int64(),
    "real": pl.Float64(),
    "boolean": pl.Boolean(),
}


def frame_schema(table: Table) -> dict[str, pl.DataType]:
    """The table's columns, then `line_number` and `extra` (a JSON object of what no column is for)."""
    schema = {column.name: _DTYPES[column.type] for column in table.columns}
    return schema | {"line_number": pl.Int64(), "extra": pl.String()}
