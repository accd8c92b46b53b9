"""What is remembered of a file beside its bytes, and how a known file is told without opening the warehouse.

Light on purpose: a command that meets only known files imports nothing heavier than this.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from linkstrata.exports.container import Refused, fingerprint, is_clutter
from linkstrata.settings import Settings


@dataclass(frozen=True)
class Options:
    """What a person may say of a file because the file does not: see `linkstrata ingest --help`."""

    owner: str | None = None
    exported_on: date | None = None
    complete: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)

    def over(self, earlier: Options) -> Options:
        """These options, with what they leave open taken from those given earlier."""
        return Options(
            owner=self.owner or earlier.owner,
            exported_on=self.exported_on or earlier.exported_on,
            complete=self.complete or earlier.complete,
            mapping={**earlier.mapping, **self.mapping},
        )


@dataclass(frozen=True)
class FileOutcome:
    """What became of a file: loaded, partial, known, corrected, unchanged where a correction cannot be, quarantined, or
    forgotten with its owner; `reason` says why not all was loaded."""

    path: Path
    archive_id: str | None
    status: str
    reason: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What is remembered of an accepted file beside its bytes, so that everything can be read again from archives/."""

    archive_id: str
    file_name: str
    accepted_at: datetime
    exported_on: date
    exported_on_basis: str
    options: Options
    rewritten: bool = False
    """Whether the stored bytes are not those that came: somebody was forgotten. They tell the day no more."""

    def write(self, folder: Path) -> None:
        """Writes the receipt whole or not at all."""
        values = asdict(self)
        values["accepted_at"] = self.accepted_at.isoformat()
        values["exported_on"] = self.exported_on.isoformat()
        said = self.options.exported_on
        values["options"]["exported_on"] = said.isoformat() if said else None
        target = folder / f"{self.archive_id}.json"
        draft = target.with_suffix(".json.next")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(values, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)

    @staticmethod
    def load(path: Path) -> Receipt:
        """Reads a receipt back."""
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        said = values["options"]["exported_on"]
        return Receipt(
            archive_id=values["archive_id"],
            file_name=values["file_name"],
            accepted_at=datetime.fromisoformat(values["accepted_at"]),
            exported_on=date.fromisoformat(values["exported_on"]),
            exported_on_basis=values["exported_on_basis"],
            options=Options(**values["options"] | {"exported_on": date.fromisoformat(said) if said else None}),
            rewritten=values.get("rewritten", False),
        )


def files_of(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The exports under the given paths: a file, an unzipped archive folder, or each of a folder's exports.

    A folder that holds archives or workbooks is a collection; one that holds an archive's own files is an export.
    What links lead to counts once, and a link that leads nowhere is given as it is: whoever opens it says so.
    Raises FileNotFoundError for a path that does not exist.
    """
    visited: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such file or folder")
        yield from _files_under(path, visited)


def _files_under(path: Path, visited: set[Path]) -> Iterator[Path]:
    place = Path(os.path.realpath(path))  # takes links that lead in a circle, too
    if place in visited:
        return
    visited.add(place)
    if not path.is_dir():
        yield path
        return
    try:
        inside = sorted(path.iterdir()) if is_collection(path) else None
    except OSError:  # a folder that may not be listed
        inside = None
    if inside is None:
        yield path
        return
    for each in inside:
        if not is_clutter(each.name):
            yield from _files_under(each, visited)


def is_collection(folder: Path) -> bool:
    """Whether a folder holds exports, each to be read by itself, rather than the unzipped members of one archive."""
    from linkstrata.exports.catalogue import table_of_file

    files = [path for path in folder.iterdir() if path.is_file()]
    return not any(path.suffix.lower() == ".csv" and table_of_file(path.name) for path in files) or any(
        path.suffix.lower() == ".zip" for path in files
    )


def known_files(settings: Settings, paths: tuple[Path, ...]) -> list[FileOutcome] | None:
    """The outcome of an ingest that has nothing to do: every file is loaded and published. None where one is not."""
    from linkstrata.warehouse.connection import NotPublished, read_published

    try:
        with read_published(settings.published_database) as reader:
            published = {
                row[0]
                for row in reader.execute(
                    "select archive_id from archives where status in ('loaded', 'partial')"
                ).fetchall()
            }
    except NotPublished:
        return None
    files = list(files_of(paths))
    try:
        outcomes = [FileOutcome(path, fingerprint(path), "known") for path in files]
    except (Refused, OSError):
        return None
    return outcomes if all(outcome.archive_id in published for outcome in outcomes) else None


def leave_inbox(settings: Settings, path: Path) -> None:
    """Takes a loaded file out of the inbox: what lies there is what still waits or was refused."""
    if path.resolve().parent != settings.inbox.resolve():
        return
    if path.is_dir():
        import shutil

        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
