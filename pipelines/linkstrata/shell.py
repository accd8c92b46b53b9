"""A shell for SQL on a terminal: the published tables beside an editor, in Harlequin, through the locked room.

What a query may do is decided in warehouse.connection, as for `linkstrata sql`. Nothing that is typed or found is kept
when the shell is left, and a file published meanwhile is seen by the next query.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from typing import Any

import duckdb
from harlequin.adapter import HarlequinAdapter, HarlequinConnection, HarlequinCursor
from harlequin.app import Harlequin
from harlequin.autocomplete.completion import HarlequinCompletion
from harlequin.catalog import Catalog, CatalogItem
from harlequin.exception import HarlequinQueryError

from linkstrata.schema import published_schema
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import LockedDown, QueryRefused, locked_down, require_published

SECONDS = 60.0
"""How long one query may take."""

MOST_ROWS = 100_000
"""How many rows of an answer are shown."""

_SHORT_TYPES = {"VARCHAR": "s", "BIGINT": "##", "INTEGER": "#", "DOUBLE": "#.#", "BOOLEAN": "t/f", "DATE": "d"}


def run_shell(settings: Settings) -> None:
    """Opens the shell until it is left. Raises NotPublished where there is nothing to ask."""
    require_published(settings.published_database)
    with tempfile.TemporaryDirectory(prefix="linkstrata-shell-") as forgotten:
        # Harlequin keeps the editor's text and the catalogue between sessions, where this says.
        os.environ["XDG_CACHE_HOME"] = forgotten
        Harlequin(
            Adapter(settings),
            adapter_name="linkstrata",
            keymap_names=["vscode"],
            record_history=False,
            viewer_max_rows=MOST_ROWS,
            query_limit=MOST_ROWS,
            no_download_tzdata=True,
        ).run()


class Adapter(HarlequinAdapter):
    """What Harlequin asks for a connection. Takes no options of Harlequin's own."""

    ADAPTER_OPTIONS = None
    COPY_FORMATS = None

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def connection_id(self) -> str:
        return str(self.settings.published_database)

    def connect(self) -> _Connection:
        return _Connection(self.settings)


class _Connection(HarlequinConnection):
    def __init__(self, settings: Settings) -> None:
        super().__init__(init_message="Read-only: ask what you like. Nothing typed here is kept.")
        self.settings = settings
        self._open = ExitStack()
        self._generation: tuple[int, int] | None = None
        self._room: LockedDown | None = None

    def execute(self, query: str) -> _Cursor | None:
        try:
            room = self._current()
            with room.limited(SECONDS):
                return _Cursor(room, room.query(query))
        except (duckdb.Error, QueryRefused) as error:
            raise _shown(error) from error

    def cancel(self) -> None:
        if self._room is not None:
            self._room.stop()

    def get_catalog(self) -> Catalog:
        return Catalog([_table_item(each) for each in published_schema(self.settings)])

    def get_completions(self) -> list[HarlequinCompletion]:
        described = published_schema(self.settings)
        tables = [HarlequinCompletion(each["table"], "t", each["table"], 10, None) for each in described]
        columns = {column["column"] for each in described for column in each["columns"]}
        return tables + [HarlequinCompletion(name, "c", name, 20, None) for name in columns]

    def close(self) -> None:
        self._open.close()

    def _current(self) -> LockedDown:
        """The room on the file as it is published now."""
        stat = self.settings.published_database.stat()
        generation = (stat.st_ino, stat.st_mtime_ns)
        if self._room is None or generation != self._generation:
            self._open.close()
            self._room = self._open.enter_context(locked_down(self.settings.published_database, timeout=None))
            self._generation = generation
        return self._room


class _Cursor(HarlequinCursor):
    def __init__(self, room: LockedDown, relation: duckdb.DuckDBPyRelation) -> None:
        self.room = room
        self.relation = relation

    def columns(self) -> list[tuple[str, str]]:
        names = zip(self.relation.columns, map(str, self.relation.types), strict=True)
        return [
            (name, _SHORT_TYPES.get(kind, "[]" if kind.endswith("[]") else kind[:2].lower())) for name, kind in names
        ]

    def set_limit(self, limit: int) -> _Cursor:
        self.relation = self.relation.limit(limit)
        return self

    def fetchall(self) -> Any:
        try:
            with self.room.limited(SECONDS):
                return self.relation.to_arrow_table()
        except duckdb.InterruptException:
            return None
        except duckdb.Error as error:
            raise _shown(error) from error


def _table_item(described: dict[str, Any]) -> CatalogItem:
    table = described["table"]
    return CatalogItem(
        qualified_identifier=table,
        query_name=table,
        label=table,
        type_label="t" if described["kind"] == "table" else "f",
        children=[
            CatalogItem(
                qualified_identifier=f"{table}.{column['column']}",
                query_name=column["column"],
                label=column["column"],
                type_label=column["type"].lower(),
            )
            for column in described["columns"]
        ],
    )


def _shown(error: Exception) -> HarlequinQueryError:
    return HarlequinQueryError(msg=str(error), title="The query cannot be answered:")
