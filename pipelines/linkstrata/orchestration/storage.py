"""Keeps Dagster's SQLite connections open during a run: the one module that may touch Dagster's internals.

For every event it writes, Dagster makes a new engine, compiles its SQL anew, opens a connection and syncs the disk;
with forty assets that is most of what a run without work costs. When its internals move, nothing here applies and runs
are only slower.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from sqlalchemy import Engine

STORAGES = (
    "dagster._core.storage.event_log.sqlite.sqlite_event_log",
    "dagster._core.storage.runs.sqlite.sqlite_run_storage",
    "dagster._core.storage.schedules.sqlite.sqlite_schedule_storage",
)
"""The modules that call their `create_engine` for every connection."""


@contextmanager
def kept_connections() -> Iterator[bool]:
    """Within it, Dagster uses one pool of connections a database; gives whether that could be arranged."""
    from sqlalchemy import create_engine, event

    engines: list[Engine] = []

    @cache
    def kept_engine(address: str) -> Engine:
        engine = create_engine(address, connect_args={"timeout": 60})
        event.listen(engine, "connect", _sync_at_checkpoints)
        # Dagster disposes of an engine after each use.
        engine.dispose = lambda close=True: None  # type: ignore[method-assign]
        engines.append(engine)
        return engine

    def in_place_of_create_engine(address: str, **_options: Any) -> Engine:
        return kept_engine(address)

    with ExitStack() as patches:
        try:
            for name in STORAGES:
                module = importlib.import_module(name)
                if module.create_engine is not create_engine:
                    raise AttributeError(name)
                patches.enter_context(patch.object(module, "create_engine", in_place_of_create_engine))
        except (ImportError, AttributeError):
            patches.close()
            yield False
            return
        try:
            yield True
        finally:
            for engine in engines:
                del engine.dispose
                engine.dispose()


def _sync_at_checkpoints(connection: Any, _record: Any) -> None:
    # A power cut may cost the last events of a run's history, never the history: its databases are in WAL mode.
    connection.execute("PRAGMA synchronous = NORMAL")
