"""A person's own SQL on the published database: run it in the locked room, show or write what it gives."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from linkstrata.settings import Settings
from linkstrata.spreadsheets import neutralised
from linkstrata.warehouse.connection import locked_down

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

BATCH = 10_000
"""Rows held at once while writing."""


def run_query(settings: Settings, query: str, form: str, output: Path | None) -> None:
    """Runs one read-only query and writes its rows as table, csv, json (an array of objects) or parquet.

    Raises duckdb.Error with the engine's message, connection.QueryRefused, and connection.NotPublished.
    """
    with locked_down(settings.published_database) as room:
        rows = room.query(query)
        if form == "parquet":
            assert output is not None, "parquet goes to a file"
            rows.pl().write_parquet(output)
            return
        with _opened(output) as file:
            {"table": _write_table, "csv": _write_csv, "json": _write_json}[form](rows, file)


def _write_table(rows: DuckDBPyRelation, file: TextIO) -> None:
    file.write(str(rows).rstrip("\n") + "\n")


def _write_csv(rows: DuckDBPyRelation, file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(rows.columns)
    for row in _batches(rows):
        writer.writerow([neutralised(value) for value in row])


def _write_json(rows: DuckDBPyRelation, file: TextIO) -> None:
    names = rows.columns
    separator = "["
    for row in _batches(rows):
        file.write(separator + "\n " + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=str))
        separator = ","
    file.write("[]\n" if separator == "[" else "\n]\n")


def _batches(rows: DuckDBPyRelation) -> Iterator[tuple[object, ...]]:
    while batch := rows.fetchmany(BATCH):
        yield from batch


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    with output.open("w", encoding="utf-8", newline="") as file:
        yield file
