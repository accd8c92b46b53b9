"""From the marts of a build to the published database: a new file, verified, renamed over the old one.

While models run, the new file is attached to the build as catalogue `marts`, so each mart is written once, where
readers will find it. Until the rename nobody sees the new file, and whatever fails leaves the old one as it was. What
the tables hold is the models' matter.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import duckdb

from linkstrata.warehouse.connection import attach_unlogged, read_published, require_published
from linkstrata.warehouse.models import MARTS, Macro, Project, first_line, quoted


class PublishError(Exception):
    """The new file is not what it should be, and the old one stays: one line that says what is wrong and what to do."""


@dataclass(frozen=True)
class Publication:
    """One publishing: begin, run the models, finish; or abandon, and everything is as before.

    `connection` is the build's; `path` is the published file.
    """

    connection: duckdb.DuckDBPyConnection
    path: Path

    @property
    def next_path(self) -> Path:
        """The file in the making."""
        return self.path.with_name(self.path.name + ".next")

    @classmethod
    def begin(cls, connection: duckdb.DuckDBPyConnection, path: Path) -> Self:
        """Attaches an empty file, in place of what an interrupted publishing may have left behind."""
        publication = cls(connection, path)
        publication.abandon()
        path.parent.mkdir(parents=True, exist_ok=True)
        publication._attach()
        return publication

    @contextmanager
    def amended(self) -> Iterator[Callable[[], None]]:
        """While it lasts, a copy of the published file is in the making, for what a few models change in it; what this
        gives waits for the copy and attaches it. What was not finished in the end is dropped. Raises NotPublished."""
        require_published(self.path)
        self.abandon()
        with ThreadPoolExecutor(1) as beside:
            copy = beside.submit(shutil.copyfile, self.path, self.next_path)

            def attach() -> None:
                copy.result()
                self._attach()

            try:
                yield attach
            finally:
                wait([copy])
                self.abandon()

    @contextmanager
    def replaced(self) -> Iterator[str | None]:
        """While it lasts, the file that will be replaced is attached, to be read; gives its catalogue's name, or None
        where there is none that can be read."""
        try:
            if self.path.is_file():
                self.connection.execute("attach ? as previous (read_only)", [str(self.path)])
            there = self.path.is_file()
        except duckdb.Error:
            there = False
        if not there:
            yield None
            return
        try:
            yield "previous"
        finally:
            self.connection.execute("detach previous")

    def finish(self, project: Project) -> None:
        """Adds the macros, closes the file, proves that it reads well, and puts it in place of the old one for good.

        Raises PublishError; then the file in the making is gone and the old one is still there.
        """
        try:
            for macro in project.macros:
                _create_macro(self.connection, macro)
            self.connection.execute(f"checkpoint {MARTS}")
            self.connection.execute(f"detach {MARTS}")
            _verify(self.next_path, project)
        except duckdb.Error as error:
            self.abandon()
            raise PublishError(f"{self.next_path}: {first_line(error)}: the database published before stays") from error
        except BaseException:
            self.abandon()
            raise
        _synchronise(self.next_path)
        # A log beside the old file, left by someone who opened it for writing, does not belong to the new one.
        _log_of(self.path).unlink(missing_ok=True)
        self.next_path.replace(self.path)
        _synchronise(self.path.parent)

    def _attach(self) -> None:
        attach_unlogged(self.connection, self.next_path, MARTS)

    def abandon(self) -> None:
        """Drops the file in the making; without one, does nothing."""
        self.connection.execute(f"detach database if exists {MARTS}")
        self.next_path.unlink(missing_ok=True)
        _log_of(self.next_path).unlink(missing_ok=True)


def _create_macro(connection: duckdb.DuckDBPyConnection, macro: Macro) -> None:
    """The body says main.<table> without a catalogue, so it works under whatever name a reader attaches the file."""
    parameters = ", ".join(
        parameter.name if parameter.default is None else f"{parameter.name} := {parameter.default}"
        for parameter in macro.parameters
    )
    build = connection.execute("select current_database()").fetchall()[0][0]
    connection.execute(f"use {MARTS}")
    try:
        connection.execute(f"create or replace macro main.{macro.name}({parameters}) as table\n{macro.sql}")
        connection.execute(f"comment on macro table {MARTS}.main.{macro.name} is {quoted(macro.description)}")
    finally:
        connection.execute(f'use "{build}"')


def _verify(path: Path, project: Project) -> None:
    """Opens the file as a reader does: every mart and macro is there and answers, and no log waits to be replayed."""
    if _log_of(path).exists():
        raise PublishError(f"{_log_of(path)}: changes are not yet in the file: run `linkstrata build` again")
    with read_published(path) as reader:
        found = dict(
            reader.execute(
                "select table_name, list_sort(list(column_name)) from duckdb_columns() where schema_name = 'main' "
                "and not internal group by table_name"
            ).fetchall()
        )
        for model in project.published:
            if found.get(model.table) != sorted(model.columns):
                raise PublishError(f"{path}: table {model.table} has other columns than {model.path} says: rebuild")
        # Subqueries side by side would take five times as long to plan.
        counts = (f'select count(*) from main."{model.table}"' for model in project.published)
        reader.execute(" union all ".join(counts)).fetchall()
        for macro in project.macros:
            values = ", ".join(["NULL"] * sum(parameter.default is None for parameter in macro.parameters))
            reader.execute(f"select * from main.{macro.name}({values}) limit 0").fetchall()


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _synchronise(path: Path) -> None:
    """Has the operating system write a file, or a folder's list of names, to the disk now."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
