"""What the steps of one run share: the session on the warehouse, the request, and what went wrong.

Calls the warehouse, knows no Dagster. The session opens when the first step asks for it and closes when the run ends,
however it ends, so that the home is locked for no longer than there is work.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from duckdb import InterruptException

from linkstrata.orchestration import inbox
from linkstrata.progress import Progress, silent
from linkstrata.settings import Settings
from linkstrata.warehouse.models import MARTS

if TYPE_CHECKING:
    from linkstrata.warehouse.models import Check, Model
    from linkstrata.warehouse.pipeline import LoadOutcome, Request, Session

SECOND_LOOK_SECONDS = 2.0
"""How long a run that no sensor started watches the inbox before it takes what did not change."""


class RunFailed(Exception):
    """A step or a check failed; one line says which, why, and what still stands."""


class StepFailed(Exception):
    """All that Dagster is told of a failed step: the kind of error, for its message may quote a row."""


class Run:
    """One run over a data home. `request` is what a command asks for; without one, it is what lies in the inbox."""

    def __init__(self, settings: Settings, request: Request | None = None, progress: Progress = silent) -> None:
        self.settings = settings
        self.request = request
        self.progress = progress
        self.outcome: LoadOutcome | None = None
        self.errors: list[tuple[str, Exception]] = []
        self.broken: list[tuple[Check, int]] = []
        self._loading: Future[LoadOutcome] | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open.close()

    @cached_property
    def session(self) -> Session:
        """The home's lock and the one connection to the build database, from now until the run ends."""
        from linkstrata.warehouse.pipeline import Session

        return self._open.enter_context(Session(self.settings, self.progress))

    def load(self, states: Sequence[str] = ()) -> LoadOutcome:
        """Loads what the run is for, once; `states` name inbox entries (see `inbox.look`), none all that settled."""
        if self._loading is not None:
            return self._loading.result()
        return self._load(states)

    def begin_loading(self) -> None:
        """Has another thread load what a command asks for; `load` then waits for it. The session is open by then."""
        if self.request is not None:
            beside = self._open.enter_context(ThreadPoolExecutor(1))
            self._loading = beside.submit(self._load)

    def _load(self, states: Sequence[str] = ()) -> LoadOutcome:
        from linkstrata.warehouse.pipeline import Request

        request = self.request or Request(paths=self._from_inbox(frozenset(states)))
        self.outcome = self.session.load(request)
        return self.outcome

    def column_types(self, model: Model) -> dict[str, str]:
        """The columns of a model's table, once it was run, with their SQL types."""
        table = self.session.connection.table(f"{MARTS}.main.{model.table}" if model.published else model.name)
        return dict(zip(table.columns, map(str, table.types), strict=True))

    def check(self, check: Check) -> int:
        """Gives the number of rows that break a check, and remembers a broken one."""
        rows = self.session.check(check)
        if rows:
            self.broken.append((check, rows))
        return rows

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Around each step: keeps what goes wrong for whoever started the run, and raises StepFailed in its place."""
        failure: StepFailed | None = None
        try:
            yield
        except InterruptException:
            raise KeyboardInterrupt from None
        except Exception as error:
            self.errors.append((name, error))
            failure = StepFailed(f"{name}: {type(error).__name__}; `linkstrata build` says more")
        if failure:
            raise failure from None

    def raise_failure(self) -> None:
        """Raises the first error of the run, or RunFailed for its first broken check, if there is one."""
        kept = "the database published before stays as it was"
        for name, error in self.errors:
            if type(error).__module__.startswith("linkstrata."):
                raise error
            said = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
            raise RunFailed(f"{name}: {said}; {kept}") from error
        for check, rows in self.broken:
            raise RunFailed(f"{check.guards}: {rows} rows break {check.path}, which says what must hold; {kept}")

    def _from_inbox(self, states: frozenset[str]) -> tuple[Path, ...]:
        before = states or frozenset(inbox.look(self.settings.inbox))
        if before and not states:
            time.sleep(SECOND_LOOK_SECONDS)
        return tuple(inbox.settled(inbox.look(self.settings.inbox), before).values())
