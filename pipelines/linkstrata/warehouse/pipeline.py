"""One working session on a data home: load files, run the models, publish. The whole path, without an orchestrator.

A session holds the home's lock and the only connection to build.duckdb. Its steps are what Dagster's assets call, and
what tests call in their place; `ingest` and `build` here run them all in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from linkstrata import __version__
from linkstrata.curation.carrying import carry
from linkstrata.forgetting import erasure
from linkstrata.forgetting.register import Register
from linkstrata.lock import home_lock
from linkstrata.progress import Progress, silent
from linkstrata.settings import Settings
from linkstrata.warehouse import models, raw
from linkstrata.warehouse.ahead import Ahead
from linkstrata.warehouse.connection import BUILD, allow_memory, open_build
from linkstrata.warehouse.intake import Intake
from linkstrata.warehouse.plain_tables import publish_plain_tables
from linkstrata.warehouse.publish import Publication
from linkstrata.warehouse.receipts import FileOutcome, Options
from linkstrata.warehouse.rule_history import keep_since
from linkstrata.warehouse.saved_segments import publish_saved_segments


class CheckFailed(Exception):
    """A check found rows that break a rule of the contract; what was published before stays."""


@dataclass(frozen=True)
class Request:
    """What one run is to load: files with what a person says of them, or everything in archives/ once more."""

    paths: tuple[Path, ...] = ()
    options: Options = field(default_factory=Options)
    reread: bool = False


@dataclass(frozen=True)
class LoadOutcome:
    """What became of each file, and how many rows each table holds that models start from."""

    files: tuple[FileOutcome, ...]
    rows_by_table: Mapping[str, int]


class Session:
    """A context manager: from entering to leaving, this process is the home's one writer.

    Raises models.ModelError on entering if a shipped SQL file can't be used.
    """

    def __init__(self, settings: Settings, progress: Progress = silent) -> None:
        self.settings = settings
        self.progress = progress
        self.erased: erasure.Erased | None = None
        """What was taken out of the home on entering, where somebody was to be forgotten."""
        self._open = ExitStack()
        self._publication: Publication | None = None
        self._ahead: Ahead | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(
                home_lock(self.settings, "building", lambda holder: self.progress(f"waiting for {holder}"))
            )
            self.settings.create_folders()
            self._register = Register.read(self.settings.forgotten)
            if self._register.pending:
                self.erased = erasure.clean(self.settings, self._register, self.progress)
            self.connection = stack.enter_context(open_build(self.settings.build_database))
            raw.create_schema(self.connection)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._ahead:
            self._ahead.close()
        if self._publication:
            self._publication.abandon()
        self._open.close()

    @cached_property
    def project(self) -> models.Project:
        """Every SQL file, the user's rules included, in running order."""
        return read_project(self.settings)

    def load(self, request: Request) -> LoadOutcome:
        """Loads what the request names, after what an earlier run was killed before it could load."""
        intake = Intake(self.connection, self.settings, self.progress)
        reloaded = intake.reload(request.reread, erasure.owners_kept(self.settings))
        if self._register.pending:
            erasure.restore_remains(self.settings, self.connection, self._register)
        outcomes = intake.accept(request.paths, request.options)
        allow_memory(self.connection, self.settings.build_database)
        self.progress("reading what was typed")
        carried = carry(self.connection, self.settings.curation_database)
        self.connection.execute("delete from raw.build")
        self.connection.execute(
            "insert into raw.build (today, built_at, version, newest_edit, edited_at) values (?, ?, ?, ?, ?)",
            [
                self.settings.today,
                datetime.now(UTC).replace(tzinfo=None, microsecond=0),
                __version__,
                *(carried.newest or (None, None)),
            ],
        )
        rows = {f"raw.{table}": count for table, count in raw.count_rows(self.connection).items()}
        return LoadOutcome((*reloaded, *outcomes), {**rows, **carried.rows})

    def run(self, model: models.Model) -> int:
        """Builds one model's table and gives its number of rows. Those to follow are begun with, side by side."""
        if self._publication is None:
            self._publication = Publication.begin(self.connection, self.settings.published_database)
        if self._ahead is None:
            self._ahead = Ahead(self.connection)
        if not self._ahead.started(model):
            needing = self.project.needing_rules
            self._ahead.start(self.project.after_rules if model.name in needing else self.project.before_rules)
        self.progress(f"building {model.name}")
        return self._ahead.rows(model)

    def check(self, check: models.Check) -> int:
        """The number of rows that break a check."""
        return models.run_check(self.connection, check)

    def run_rules(self) -> Mapping[str, str]:
        """Finds who carries which rule tag; gives {path: reason} of the user's rules that can't be used."""
        self.progress("applying rule tags")
        return models.run_rules(
            self.connection, self.project, lambda working: keep_since(self.connection, self.project, working)
        )

    def publish(self) -> None:
        """Puts what was built in place of the published database, all at once."""
        self.progress("publishing")
        if self._publication is None:
            raise RuntimeError("nothing was built in this session")
        if self._ahead:
            self._ahead.close()
            self._ahead = None
        publish_plain_tables(self.connection, self.project)
        with self._publication.replaced() as previous:
            publish_saved_segments(self.connection, self.project, self.settings.today, previous)
        # Ids are in the build's file for good before anybody reads them: a kill between the two forgets none.
        raw.remember_person_ids(self.connection)
        self.connection.execute(f"checkpoint {BUILD}")
        self._publication.finish(self.project)
        self._publication = None
        if self._register.pending:
            erasure.finish(self.settings, self._register)

    def build(self) -> None:
        """Runs every model, rule and check in order and publishes. Raises CheckFailed; then nothing is published."""
        checks: dict[str, list[models.Check]] = {}
        for check in self.project.checks:
            checks.setdefault(check.guards, []).append(check)
        before_rules = len(self.project.before_rules)
        for place, model in enumerate((*self.project.before_rules, *self.project.after_rules)):
            if place == before_rules:
                self.run_rules()
            self.run(model)
            for check in checks.get(model.name, []):
                if broken := self.check(check):
                    raise CheckFailed(
                        f"{check.guards}: {broken} rows break {check.path}, which says what must hold; "
                        "the database published before stays as it was"
                    )
        self.publish()


def read_project(settings: Settings) -> models.Project:
    """Every SQL file of the checkout and the user's rules; remembered in the home until one of them changes."""
    return models.load_project(settings.sql, raw.raw_columns(), settings.user_rules, settings.remembered_project)


def ingest(
    settings: Settings, paths: tuple[Path, ...], options: Options | None = None, progress: Progress = silent
) -> LoadOutcome:
    """Loads files, builds and publishes, in this process and without an orchestrator."""
    with Session(settings, progress) as session:
        outcome = session.load(Request(paths, options or Options()))
        session.build()
        return outcome
