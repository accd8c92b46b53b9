"""A person's own SQL on the published database: run it in the locked room, show or write what it gives."""

from __future__ import annotations

import csv
import errno
import json
import math
import os
import shutil
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from linkstrata.settings import Settings
from linkstrata.spreadsheets import neutralised
from linkstrata.warehouse.connection import LockedDown, locked_down

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

UNLIMITED = 1_000_000
MOST_BYTES = 3_000_000_000
"""What a query may take from the system altogether, the engine's own limit being 1 GB."""

SECONDS = 60.0
PATIENCE = 15.0
"""How long a query may take, and how much longer until it is ended with the whole process: the engine looks for being
late only between pieces of its work, and planning a query, or one call of a function, can be a piece without an end."""

WORDED: Mapping[str, frozenset[str]] = {
    "csv": frozenset({"boolean", "list", "array", "struct", "map", "union", "interval", "blob", "bit"}),
    "json": frozenset({"interval", "blob"}),
    "parquet": frozenset({"interval", "union", "bit"}),
}
"""Types of values for which a format has no word of its own: the engine's text stands for them."""

TABLE_ROWS = 10_000
"""Rows of a table on the terminal; the other formats give all."""


def run_query(
    settings: Settings, query: str, form: str, output: Path | None, values: Mapping[str, object] | None = None
) -> None:
    """Runs one read-only query and writes its rows as table, csv, json (an array of objects) or parquet.

    `values` are the query's parameters. Raises duckdb.Error with the engine's message, connection.QueryRefused, and
    connection.NotPublished. Ends the process where the engine does not end the query.
    """
    with bounded_room(settings) as room:
        if form in WORDED:
            query = room.worded(query, WORDED[form], values)
        if form == "parquet":
            assert output is not None, "parquet goes to a file"
            with _whole(output) as unfinished:
                room.query(query, values).pl().write_parquet(unfinished)
            return
        with _opened(output) as file:
            if form == "table":
                _write_table(room.query(query, values), file)
            else:
                names, rows = room.stream(query, values)
                (_write_csv if form == "csv" else _write_json)(names, rows, file)


@contextmanager
def bounded_room(settings: Settings) -> Iterator[LockedDown]:
    """The locked room for one command's query. One that the engine does not end in time ends the whole process, so this
    is for commands, and never for what serves others besides. Raises as `connection.locked_down` does."""
    with _ended_at_last(), locked_down(settings.published_database, SECONDS) as room, _limited_memory():
        yield room


@contextmanager
def _ended_at_last() -> Iterator[None]:
    """While it lasts, a query that the engine does not stop in time ends the process, with one line that says so."""

    def end() -> None:
        sys.stderr.write(
            f"linkstrata: stopped after {SECONDS + PATIENCE:g} seconds: ask for less, or in simpler words\n"
        )
        sys.stderr.flush()
        os._exit(1)

    late = threading.Timer(SECONDS + PATIENCE, end)
    late.daemon = True
    late.start()
    try:
        yield
    finally:
        late.cancel()


@contextmanager
def _limited_memory() -> Iterator[None]:
    """While it lasts, this process does not take all memory, where the system can see to it: the engine does not count
    texts. Programs started afterwards are not held to it."""
    if not sys.platform.startswith("linux"):
        yield
        return
    import resource

    in_use = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()
    before, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (in_use + MOST_BYTES, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, most))


def _write_table(rows: DuckDBPyRelation, file: TextIO) -> None:
    """As wide as the terminal; whole where no person watches."""
    width = shutil.get_terminal_size().columns if file.isatty() else UNLIMITED
    with redirect_stdout(file):
        rows.show(max_width=width, max_rows=TABLE_ROWS, max_col_width=UNLIMITED)


def _write_csv(names: list[str], rows: Iterable[tuple[object, ...]], file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([neutralised(name) for name in names])
    for row in rows:
        writer.writerow([neutralised(value) for value in row])


def _write_json(names: list[str], rows: Iterable[tuple[object, ...]], file: TextIO) -> None:
    separator, keys = "[", _told_apart(names)
    for row in rows:
        file.write(separator + "\n " + _as_json(dict(zip(keys, row, strict=True))))
        separator = ","
    file.write("[]\n" if separator == "[" else "\n]\n")


def _told_apart(names: list[str]) -> list[str]:
    """The names of columns as keys of one object: the second `a` is `a_1`, or its values would be lost."""
    keys: list[str] = []
    for name in names:
        again = (f"{name}_{number}" for number in count(1))
        keys.append(name if name not in keys else next(key for key in again if key not in names and key not in keys))
    return keys


def _as_json(row: dict[str, object]) -> str:
    """A row as JSON: decimals are numbers, and null stands for what JSON has no number for."""
    try:
        return json.dumps(row, ensure_ascii=False, default=_plain, allow_nan=False)
    except (ValueError, TypeError):
        return json.dumps(_plain(row), ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, (str, int)) else str(value)


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    with _whole(output) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def _whole(output: Path) -> Iterator[Path]:
    """Where to write what is to be a file in the end: whole, or not at all, with what was there before still there. A
    device or a pipe is written to as it stands."""
    if output.exists() and not output.is_file():
        yield output
        return
    target = output.resolve()
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.next")
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such folder; make it first", str(target.parent))
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
