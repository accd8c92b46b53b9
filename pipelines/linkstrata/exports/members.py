"""What reading one member of an export gives: its fate, its typed rows, and what had to be refused.

Every format family (CSV, workbooks, lists) answers in these terms. No file is opened and nothing is parsed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

Status = Literal["loaded", "empty", "unrecognised", "skipped", "failed"]

BATCH_ROWS = 50_000
"""Rows of the largest frame a reader hands out."""


REJECTED_AT_ONCE = 5_000
"""After so many refused records a reader hands out a frame, if need be without rows: they can be taken away then."""

LINE_CHARACTERS = 1_000


def one_line(text: str) -> str:
    """A text as one line for a person to read, whatever names and contents went into it; cut where it is very long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 2 * LINE_CHARACTERS]).split())
    return line if len(line) <= LINE_CHARACTERS else f"{line[: LINE_CHARACTERS - 1]}…"


class OneLine(Exception):
    """An error for a person to read: its text is one line whatever names and contents went into it."""

    def __init__(self, reason: str) -> None:
        super().__init__(one_line(reason))


class MemberFailed(OneLine):
    """Raised by `MemberReading.frames` when the member cannot be read on; its text is the one-line reason.

    Whoever loads the member drops the frames it got before and records the member as failed.
    """


@dataclass(frozen=True)
class Rejected:
    """A record that could not be read: where it stands, why, and its text."""

    line_number: int | None
    reason: str
    raw: str


@dataclass(frozen=True)
class CleanFile:
    """A large CSV file, proved plain UTF-8 by a scan, that a database engine can read by itself."""

    path: Path
    delimiter: str
    skip_lines: int
    header: tuple[str, ...]
    columns: Mapping[str, str]
    """Catalogue column to header name; a column that is not here is NULL."""
    formats: Mapping[str, str]
    """Catalogue column of type date or timestamp to its strptime format."""


ReadRows = Callable[[list[Rejected]], "Iterator[pl.DataFrame]"]
"""Yields frames of at most BATCH_ROWS rows and appends to the list what it refuses; may raise MemberFailed.

What was refused may be taken out of the list between two frames.
"""


def _no_rows(_rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
    return iter(())


@dataclass
class MemberReading:
    """One member, or one sheet of a workbook (its path is then `<workbook>#<sheet>`)."""

    path: str
    table: str | None
    status: Status
    detail: str | None = None
    """One line: unknown columns that were kept, or why the member failed or was skipped."""
    clean: CleanFile | None = None
    read_rows: ReadRows = field(default=_no_rows, repr=False)
    rejected: list[Rejected] = field(default_factory=list)
    """What was refused, but for what was taken away."""
    rows_in_file: int = 0
    """Logical records. Like `rejected`, right once `frames` is exhausted."""
    _taken: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        if self.detail is not None:
            self.detail = one_line(self.detail)

    def frames(self) -> Iterator[pl.DataFrame]:
        """Typed columns named as in the catalogue, all of them, then `line_number` and `extra`.

        `extra` is a JSON object of the columns the catalogue does not know, NULL where there are none. Each call reads
        the member anew. Raises MemberFailed where it cannot be read on.
        """
        self.rejected.clear()
        self._taken = rows = 0
        for frame in self.read_rows(self.rejected):
            rows += frame.height
            yield frame
        self.rows_in_file = rows + self._taken + len(self.rejected)

    def take_rejected(self) -> list[Rejected]:
        """What was refused since this was last asked: a file of nothing else need not be in memory as a whole."""
        taken = self.rejected.copy()
        self.rejected.clear()
        self._taken += len(taken)
        return taken
