"""The only place that opens DuckDB: one writer, read-only readers, and a locked room for other people's SQL.

What belongs here is how a connection is set up and what it may do. What is read or written through it does not.
DuckDB is never allowed to fetch an extension: it would reach for the network.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

BUILD = "build"
"""The catalogue name of the working database."""

PUBLISHED = "linkstrata"
"""The catalogue name under which readers see the published file."""

_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}

# What a person's query may not call: functions that read files or raw memory, run text as SQL, change the engine, or
# tell where files lie. The engine is locked besides; a test holds every table function of DuckDB against this.
_CLOSED_FUNCTIONS = re.compile(
    r"read_\w+|\w+_scan(_dumb)?|parquet_\w+|glob|sniff_csv|query|query_table|json_execute_serialized_sql|which_secret"
    r"|(create|destroy|register|deregister)_external_resource\w*|python_map_function|(en|dis)able_(logging|profiling)"
    r"|(force_)?checkpoint|truncate_duckdb_logs|pragma_(database_size|metadata_info|storage_info|user_agent|show)"
    r"|duckdb_(?!(columns|constraints|functions|indexes|keywords|schemas|tables|types|views)$)\w+"
    r"|test_\w+|current_setting|getenv"
)
_CLOSED_VIEWS = frozenset({"duckdb_databases", "duckdb_settings", "pg_settings", "pragma_database_list"})
_EXPLAIN = re.compile(r"explain( analyze)?( \([^()]*\))? ", re.IGNORECASE)


class NotPublished(Exception):
    """There is no published database, or none that can be read; the one line says where and what to do."""


class Damaged(Exception):
    """The working database cannot be opened; the one line says which file it is and what to do."""


class QueryRefused(Exception):
    """A person's query asks for more than reading; the one line says what and what is possible instead."""


class TooLarge(duckdb.Error):
    """A query was stopped because it took more memory than it may; the one line says so."""


class TooSlow(duckdb.Error):
    """A query was stopped because it took longer than it may; the one line says how long that was."""


@contextmanager
def open_build(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The working database, for the one writer, who holds the home's lock; made if it is not there.

    What does not fit into memory spills beside the file. Rows keep no insertion order, which saves memory.
    Nothing is logged ahead, which saves writing everything twice: what was committed is in the file once this closes
    or a `checkpoint` ran, and a kill goes back to the last of these. What is missing then is read again from archives.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _start(temp_directory=str(path.parent / ".spill"), preserve_insertion_order=False) as connection:
        try:
            attach_unlogged(connection, path, BUILD)
        except (duckdb.IOException, duckdb.SerializationException) as error:
            remedy = "delete it and run `linkstrata build`, which makes it anew from archives/"
            raise Damaged(f"{path}: cannot be opened ({_what(error)}); {remedy}") from error
        connection.execute(f"use {BUILD}")
        allow_memory(connection, path)
        try:
            yield connection
        finally:
            with suppress(duckdb.TransactionException):
                connection.rollback()  # what an error left open
            connection.execute(f"checkpoint {BUILD}")


def allow_memory(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Gives the engine the memory that the build in a file needs: call it again once much was loaded into it.

    Each thread holds buffers of its own, and what is sorted and joined grows with what is stored.
    """
    threads = int(connection.execute("select current_setting('threads')").fetchall()[0][0])
    megabytes = 80 + 80 * threads + path.stat().st_size // 4_000_000
    connection.execute(f"set memory_limit = '{megabytes}MB'")


def attach_unlogged(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Attaches a file for writing, made if it is not there, without a log ahead of it: it needs a `checkpoint`."""
    connection.execute(f"attach ? as {name} (recovery_mode no_wal_writes)", [str(path)])


def open_scratch() -> duckdb.DuckDBPyConnection:
    """An engine in memory, for work on a file that is attached to it."""
    return _start()


def _start(**settings: str | bool) -> duckdb.DuckDBPyConnection:
    """An engine that neither reaches out nor draws a bar into what a command says, as it does after two seconds."""
    connection = duckdb.connect(config={**_OFFLINE, **settings})
    with suppress(duckdb.InvalidInputException):  # in a notebook, where it could not draw one anyhow
        connection.execute("set enable_progress_bar = false")
    return connection


def read_published(path: Path) -> duckdb.DuckDBPyConnection:
    """The published database as it stands now, read-only, its tables named without a prefix.

    Each call attaches the file anew in an engine of its own: a connection to the path itself would be given the
    file of an older publication for as long as any connection to that lives. Raises NotPublished.
    """
    require_published(path)
    connection = _start()
    try:
        connection.execute(f"attach ? as {PUBLISHED} (read_only)", [str(path)])
    except (duckdb.IOException, duckdb.SerializationException) as error:
        connection.close()
        remedy = "run `linkstrata build`, which writes it anew"
        raise NotPublished(f"{path}: cannot be read ({_what(error)}); {remedy}") from error
    connection.execute(f"use {PUBLISHED}")
    return connection


def _what(error: duckdb.Error) -> str:
    """An engine's message without its kind, its later lines and its full stop."""
    return str(error).splitlines()[0].removeprefix("IO Error: ").rstrip("!.")


def require_published(path: Path) -> None:
    """Raises NotPublished where there is no published database yet."""
    if not path.is_file():
        raise NotPublished(f"{path}: nothing is published yet; run `linkstrata ingest` on an export first")


@contextmanager
def locked_down(path: Path, timeout: float | None = 60.0, memory: str = "1GB") -> Iterator[LockedDown]:
    """The published database for a query that a person wrote: it can read these tables and nothing else.

    `timeout` is in seconds, from opening to closing; then the running query ends with TooSlow. None leaves that to
    whoever asks. One that takes more than `memory` ends with TooLarge. Raises NotPublished.
    """
    connection = read_published(path)
    for setting, value in (
        ("memory_limit", memory),
        ("temp_directory", ""),
        ("enable_external_access", False),
        ("lock_configuration", True),
    ):
        connection.execute(f"set {setting} = '{value}'")
    try:
        with time_limit(connection, timeout):
            yield LockedDown(connection)
    except duckdb.OutOfMemoryException as error:
        raise TooLarge(
            f"takes more memory than the {memory} that a query may: ask for fewer rows or columns"
        ) from error
    finally:
        connection.close()


@contextmanager
def time_limit(connection: duckdb.DuckDBPyConnection, seconds: float | None) -> Iterator[None]:
    """Ends what runs on a connection after so many seconds, with TooSlow in place of the engine's interruption."""
    if seconds is None:
        yield
        return
    closing, is_late = threading.Event(), threading.Event()

    def stop_late_queries() -> None:
        wait = seconds
        while not closing.wait(wait):
            is_late.set()
            connection.interrupt()
            wait = 0.1

    threading.Thread(target=stop_late_queries, daemon=True).start()
    try:
        yield
    except duckdb.InterruptException as error:
        if is_late.is_set():
            raise TooSlow(f"stopped after {seconds:g} seconds: ask for less, or of fewer rows") from error
        raise
    finally:
        closing.set()


class LockedDown:
    """Runs one reading statement at a time. On a connection of `locked_down` the engine itself is locked besides."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def query(self, sql: str, values: Mapping[str, object] | None = None) -> duckdb.DuckDBPyRelation:
        """The result of one SELECT, FROM, WITH, VALUES, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN.

        `values` are its parameters. Raises QueryRefused for anything else, and duckdb.Error with the engine's message.
        """
        return self._connection.sql(self.checked(sql), params=values or None)

    def limited(self, seconds: float) -> AbstractContextManager[None]:
        """While it lasts, a query that runs longer than so many seconds ends with TooSlow."""
        return time_limit(self._connection, seconds)

    def stop(self) -> None:
        """Has the query end that runs at this moment, if one does, with duckdb.InterruptException."""
        self._connection.interrupt()

    def stream(
        self, sql: str, values: Mapping[str, object] | None = None
    ) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """The same result as column names and rows, fetched as they are asked for. Raises as `query` does."""
        self._connection.execute(self.checked(sql), values or None)
        names = [column[0] for column in self._connection.description or []]
        return names, iter(self._connection.fetchone, None)

    def worded(self, sql: str, types: Collection[str], values: Mapping[str, object] | None = None) -> str:
        """The same query, giving as the engine's text what would be of one of these types, as `interval` or `list`.
        Raises as `query` does."""
        query = self.checked(sql)
        given = self.query(sql, values)
        kinds = [str(column.id) for column in given.types]
        if not any(kind in types for kind in kinds):
            return query
        names = ['"' + name.replace('"', '""') + '"' for name in given.columns]
        columns = ", ".join(
            f"#{place}{'::varchar' if kind in types else ''} as {name}"
            for place, (kind, name) in enumerate(zip(kinds, names, strict=True), start=1)
        )
        return f"select {columns} from ({_without_semicolon(query)}\n) as given"

    def checked(self, sql: str) -> str:
        """The query's own text. Raises QueryRefused for more than one statement that reads and calls nothing closed."""
        statement = self._only_statement(sql)
        if not self._reads(statement):
            raise QueryRefused("only a query is possible here: the published database is read-only; begin with SELECT")
        for name in self._closed_names(sql):
            raise QueryRefused(f"{name} is not available here: a query reads the published tables; see SHOW TABLES")
        return statement.query

    def contacts_where(self, columns: str, predicate: str) -> str:
        """The query for these columns of the contacts for whom a person's predicate holds. Raises QueryRefused where
        that is no condition, but what goes on behind one."""
        if not predicate.strip():
            raise QueryRefused("it is empty; say what must hold, such as company = 'Acme'")
        depth = 0
        for _, text in _tokens(predicate):
            depth += (text == "(") - (text == ")")
            if depth < 0:
                break
        if depth:
            raise QueryRefused("its brackets do not match: close each that it opens, and no other")
        return self.checked(f"select {columns} from contacts where (\n{predicate}\n)")

    def _only_statement(self, sql: str) -> duckdb.Statement:
        statements = self._connection.extract_statements(sql)
        if not statements:
            raise QueryRefused("there is no query in this; begin with SELECT")
        if len(statements) != 1:
            raise QueryRefused(f"one statement at a time: this has {len(statements)}; run each by itself")
        return statements[0]

    def _reads(self, statement: duckdb.Statement) -> bool:
        """Whether the statement is a query, or explains one. A PIVOT counts as several to the engine."""
        words = " ".join(text for _, text in _tokens(statement.query)).lstrip("( ")
        if statement.type == duckdb.StatementType.EXPLAIN:
            explained = _EXPLAIN.match(words)
            return explained is not None and self._reads(self._only_statement(words[explained.end() :]))
        if statement.type == duckdb.StatementType.MULTI:
            return words.lower().startswith(("pivot", "from", "with", "select"))
        return bool(statement.type == duckdb.StatementType.SELECT)

    def _closed_names(self, sql: str) -> Iterator[str]:
        """Names in the query that are closed: views anywhere, functions where they are called."""
        tokens = _tokens(sql)
        for (kind, text), (_, following) in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
            name = text.strip('"').lower()
            if kind == duckdb.token_type.string_const:
                continue
            if name in _CLOSED_VIEWS or (following.startswith("(") and _CLOSED_FUNCTIONS.fullmatch(name)):
                yield name


def _without_semicolon(sql: str) -> str:
    """One statement without what ends it and the comments behind that."""
    text = sql.encode()
    for start, kind in reversed(duckdb.tokenize(sql)):
        if text[start : start + 1] == b";":
            text = text[:start]
        elif kind != duckdb.token_type.comment:
            break
    return text.decode()


def _tokens(sql: str) -> list[tuple[duckdb.token_type, str]]:
    """Kind and text of each token but comments, as DuckDB's own scanner sees them; its offsets count bytes."""
    text = sql.encode()
    starts = duckdb.tokenize(sql)
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return [
        (kind, text[start:end].decode().strip())
        for (start, kind), end in zip(starts, ends, strict=True)
        if kind != duckdb.token_type.comment
    ]
