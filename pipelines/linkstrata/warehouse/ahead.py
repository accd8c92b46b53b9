"""Runs models side by side, ahead of whoever asks for them one at a time: while one waits for the disk or for a step
that one core does alone, another computes.

What a model is, and running one, is in models.py.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

import duckdb

from linkstrata.warehouse.connection import BUILD
from linkstrata.warehouse.models import MARTS, Model, run_model

AT_ONCE = 2
"""More share the same cores and need more memory at the same time."""


class Ahead:
    """Models under way on connections of their own. `connection` is the build's, its mart file attached."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="model")
        self._cursors: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        self._open: list[duckdb.DuckDBPyConnection] = []
        for _ in range(AT_ONCE):
            cursor = connection.cursor()
            cursor.execute(f"use {BUILD}")
            self._open.append(cursor)
            self._cursors.put(cursor)
        self._lock = threading.Lock()
        self._rows: dict[str, Future[int]] = {}
        self._stopped = False

    def start(self, models: Iterable[Model]) -> None:
        """Begins with models that read each other and what stands already, each once all it reads is made."""
        wanted = {model.name: model for model in models}
        for schema in sorted({name.partition(".")[0] for name in wanted} - {MARTS}):
            self._connection.execute(f"create schema if not exists {schema}")
        waiting = {name: {read for read in model.reads if read in wanted} for name, model in wanted.items()}
        self._rows |= {name: Future() for name in wanted}
        for name in [name for name, reads in waiting.items() if not reads]:
            self._submit(wanted, waiting, name)

    def rows(self, model: Model) -> int:
        """The number of rows of a model's table, once it is made. Raises what making it raised."""
        return self._rows[model.name].result()

    def started(self, model: Model) -> bool:
        return model.name in self._rows

    def close(self) -> None:
        """Waits for what is under way and begins nothing more."""
        self._stopped = True
        self._threads.shutdown(wait=True, cancel_futures=True)
        for cursor in self._open:
            cursor.close()

    def _submit(self, wanted: Mapping[str, Model], waiting: dict[str, set[str]], name: str) -> None:
        waiting.pop(name)
        self._threads.submit(self._make, wanted, waiting, name)

    def _make(self, wanted: Mapping[str, Model], waiting: dict[str, set[str]], name: str) -> None:
        cursor = self._cursors.get()
        try:
            rows = run_model(cursor, wanted[name])
        except BaseException as error:
            # Whoever asks for a model that reads this one is told the same; nothing of them is begun.
            self._fail(wanted, waiting, name, error)
            return
        finally:
            self._cursors.put(cursor)
        self._rows[name].set_result(rows)
        with self._lock:
            for other in [other for other, reads in waiting.items() if name in reads]:
                waiting[other].discard(name)
                if not waiting[other] and not self._stopped:
                    self._submit(wanted, waiting, other)

    def _fail(self, wanted: Mapping[str, Model], waiting: dict[str, set[str]], name: str, error: BaseException) -> None:
        self._rows[name].set_exception(error)
        with self._lock:
            dependents = [other for other, reads in waiting.items() if name in reads]
            for other in dependents:
                waiting.pop(other)
        for other in dependents:
            self._fail(wanted, waiting, other, error)
