"""Reads the published database for the pages: always its newest generation, replaced under the readers' hands.

What belongs here is how a page gets at rows. What a page asks does not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import polars as pl

from linkstrata.warehouse.connection import read_published, require_published
from linkstrata.warehouse.models import quoted

Answer = TypeVar("Answer")

MEMORY_LIMIT = "200MB"
"""What the engine may hold; pages ask for little at a time."""

MEMORY_LIMIT_APART = "100MB"

REMEMBERED_ANSWERS = 24
"""How many computed answers a generation keeps."""


@dataclass
class _Generation:
    """One published file, attached. It stays open until it is replaced and its last reader is done."""

    key: tuple[int, int]
    connection: duckdb.DuckDBPyConnection
    readers: int = 0
    replaced: bool = False
    answers: dict[Any, Future[Any]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Published:
    """The published database of a home, whichever file that is at the moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._current: _Generation | None = None

    @property
    def generation(self) -> str:
        """Names the file there is now; empty where nothing is published."""
        try:
            return "-".join(str(part) for part in _key(self.path))
        except FileNotFoundError:
            return ""

    @contextmanager
    def reading(self, owner: str | None = None) -> Iterator[Reading]:
        """A cursor of its own on the newest generation, for one request. Raises NotPublished."""
        generation = self._enter()
        cursor = generation.connection.cursor()
        cursor.execute("use linkstrata")
        try:
            yield Reading(cursor, generation, self.path, owner)
        finally:
            cursor.close()
            self._leave(generation)

    def _enter(self) -> _Generation:
        require_published(self.path)
        with self._lock:
            key = _key(self.path)
            if self._current is None or self._current.key != key:
                connection = read_published(self.path)
                connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
                connection.execute("set temp_directory = ''")
                older, self._current = self._current, _Generation(key, connection)
                if older:
                    older.replaced = True
                    self._close_if_unused(older)
            self._current.readers += 1
            return self._current

    def _leave(self, generation: _Generation) -> None:
        with self._lock:
            generation.readers -= 1
            self._close_if_unused(generation)

    def _close_if_unused(self, generation: _Generation) -> None:
        if generation.replaced and not generation.readers:
            generation.connection.close()


def _key(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


class Reading:
    """What one request sees: one generation, and the member whose contacts are looked at."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, generation: _Generation, path: Path, owner: str | None
    ) -> None:
        self.cursor = cursor
        self.path = path
        self._generation = generation
        self._asked_owner = owner

    def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """The rows of a query, by column; `$name` takes the value given for it, `$owner` the member's slug."""
        self.cursor.execute(query, self._values(query, values))
        names = [column[0] for column in self.cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in self.cursor.fetchall()]

    def row(self, query: str, **values: Any) -> dict[str, Any] | None:
        """The first row of a query."""
        found = self.rows(query, **values)
        return found[0] if found else None

    def value(self, query: str, **values: Any) -> Any:
        """The first value of the first row; None where there is none."""
        found = self.cursor.execute(query, self._values(query, values)).fetchall()
        return found[0][0] if found else None

    def frame(self, query: str, **values: Any) -> pl.DataFrame:
        """The rows of a query, for a figure."""
        # Handed over as such: by the engine's own way to Polars pyarrow is imported, which takes 50 MB.
        return pl.DataFrame(self.cursor.sql(query, params=self._values(query, values)))

    @contextmanager
    def apart(self, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """An engine of its own on the newest file, for what needs more than memory: the rest goes into a folder."""
        with read_published(self.path) as connection:
            connection.execute(f"set memory_limit = '{MEMORY_LIMIT_APART}'")
            connection.execute(f"set temp_directory = {quoted(str(folder))}")
            yield connection

    def _values(self, query: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"owner": self.owner, **values} if "$owner" in query else dict(values)

    def remembered(self, question: Any, answer: Callable[[], Answer]) -> Answer:
        """What `answer` gives, computed once a generation, for all who ask meanwhile too; old ones go."""
        answers = self._generation.answers
        with self._generation.lock:
            known = answers.pop(question, None)
            answers[question] = promised = known or Future()
            while len(answers) > REMEMBERED_ANSWERS:
                answers.pop(next(iter(answers)))
        if known is None:
            try:
                promised.set_result(answer())
            except BaseException as error:
                promised.set_exception(error)
                with self._generation.lock:
                    answers.pop(question, None)
        found: Answer = promised.result()
        return found

    @cached_property
    def owners(self) -> Sequence[str]:
        """Every member whose exports were read, whoever has most contacts first."""
        return self.remembered(
            "owners",
            lambda: [
                row[0]
                for row in self.cursor.execute("""
                    select owner, sum(contacts) from (
                        select owner, count(*) as contacts from contacts group by owner
                        union all select distinct owner, 0 from archives where owner is not null
                    ) as known group by owner order by 2 desc, 1
                """).fetchall()
            ],
        )

    @cached_property
    def owner(self) -> str:
        """The member asked for, else the first; empty where no file was read."""
        if self._asked_owner in self.owners:
            return str(self._asked_owner)
        return self.owners[0] if self.owners else ""

    @cached_property
    def today(self) -> date:
        """The day that everything relative is reckoned from."""
        today: date = self.value("select today from build_info")
        return today

    @cached_property
    def exports(self) -> Sequence[date]:
        """The days of the exports that list connections, the oldest first."""
        return [
            row["exported_on"]
            for row in self.rows("""
                select distinct exported_on from export_order
                where owner = $owner and table_name = 'connections' order by exported_on
            """)
        ]
