"""A person's own SQL on the published database: run it in the locked room, show or write what it gives."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from linkstrata.settings import Settings
from linkstrata.spreadsheets import neutralised
from linkstrata.warehouse.connection import locked_down

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

UNLIMITED = 1_000_000
MOST_BYTES = 3_000_000_000
"""What a query may take from the system altogether, the engine's own limit being 1 GB."""

TABLE_ROWS = 10_000
"""Rows of a table on the terminal; the other formats give all."""


def run_query(
    settings: Settings, query: str, form: str, output: Path | None, values: Mapping[str, object] | None = None
) -> None:
    """Runs one read-only query and writes its rows as table, csv, json (an array of objects) or parquet.

    `values` are the query's parameters. Raises duckdb.Error with the engine's message, connection.QueryRefused, and
    connection.NotPublished.
    """
    with locked_down(settings.published_database) as room:
        _limit_memory()
        if form == "parquet":
            assert output is not None, "parquet goes to a file"
            room.query(query, values).pl().write_parquet(output)
            return
        with _opened(output) as file:
            if form == "table":
                _write_table(room.query(query, values), file)
            else:
                names, rows = room.stream(query, values)
                (_write_csv if form == "csv" else _write_json)(names, rows, file)


def _limit_memory() -> None:
    """Keeps this process from taking all memory, where the system can: the engine does not count texts."""
    if not sys.platform.startswith("linux"):
        return
    import resource

    in_use = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (in_use + MOST_BYTES, most))


def _write_table(rows: DuckDBPyRelation, file: TextIO) -> None:
    """As wide as the terminal; whole where no person watches."""
    width = shutil.get_terminal_size().columns if file.isatty() else UNLIMITED
    with redirect_stdout(file):
        rows.show(max_width=width, max_rows=TABLE_ROWS, max_col_width=UNLIMITED)


def _write_csv(names: list[str], rows: Iterable[tuple[object, ...]], file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([neutralised(value) for value in row])


def _write_json(names: list[str], rows: Iterable[tuple[object, ...]], file: TextIO) -> None:
    separator = "["
    for row in rows:
        file.write(separator + "\n " + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=str))
        separator = ","
    file.write("[]\n" if separator == "[" else "\n]\n")


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    with output.open("w", encoding="utf-8", newline="") as file:
        yield file
