"""One file that brings a home back: what a person typed, what was ingested, and what only the warehouse remembers.

A backup is a zip with `curation.sqlite`, `receipts/`, `archives/`, the user's rules `tags/`, `forgotten.json`, and
`person_ids.parquet`: under which id each person is known, which no export tells. The databases are built from it. What
waits in the inbox, reports and run history are not in it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from linkstrata import __version__
from linkstrata.curation.file import CurationError, backup_to, open_curation
from linkstrata.lock import home_lock
from linkstrata.progress import Progress, silent
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import open_build

FORMAT = 1
"""Raised when an older linkstrata could not read a backup any more."""

MANIFEST = "linkstrata-backup.json"
CURATION = "curation.sqlite"
PERSON_IDS = "person_ids.parquet"
FORGOTTEN = "forgotten.json"

_MEMBERS = re.compile(
    rf"{re.escape(MANIFEST)}|{re.escape(CURATION)}|{re.escape(PERSON_IDS)}|{re.escape(FORGOTTEN)}"
    r"|archives/[0-9a-f]{64}|receipts/[0-9a-f]{64}\.json|tags/[^/\\]+\.sql"
)


def write_backup(settings: Settings, target: Path, progress: Progress = silent) -> None:
    """Writes the backup whole or not at all, while nobody else changes the home.

    Raises CurationError where the target is there already, or the home holds nothing.
    """
    if target.exists():
        raise CurationError(f"{target}: is there already; give the backup a name of its own")
    if not target.absolute().parent.is_dir():
        raise CurationError(f"{target.parent}: no such folder; make it first")
    if not (settings.curation_database.exists() or settings.archives.is_dir()):
        raise CurationError(f"{settings.home}: holds nothing to back up")
    unfinished = target.with_name(target.name + ".next")
    lock = home_lock(settings, "backing up", lambda holder: progress(f"waiting for {holder}"))
    with lock, tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.home) as scratch:
        try:
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as backup:
                said = {"format": FORMAT, "version": __version__, "made_at": datetime.now(UTC).isoformat()}
                backup.writestr(MANIFEST, json.dumps(said, indent=1))
                for path, name in _files(settings, Path(scratch)):
                    progress(f"backing up {name}")
                    # archives are compressed as they are
                    backup.write(path, name, zipfile.ZIP_STORED if name.startswith("archives/") else None)
            with unfinished.open("rb") as written:
                os.fsync(written.fileno())
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)


def restore_backup(settings: Settings, source: Path, progress: Progress = silent) -> None:
    """Fills an empty home from a backup, builds and publishes.

    Raises CurationError for a home that holds something, or a file that is no sound backup; then nothing is changed.
    """
    with home_lock(settings, "restoring", lambda holder: progress(f"waiting for {holder}")):
        for path in (settings.curation_database, settings.build_database, settings.published_database):
            if path.exists():
                raise CurationError(
                    f"{settings.home}: holds data already; restore into an empty folder with --data DIR"
                )
        if settings.archives.is_dir() and any(settings.archives.iterdir()):
            raise CurationError(f"{settings.archives}: holds archives; restore into an empty folder with --data DIR")
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.home) as scratch:
            unpacked = Path(scratch)
            _unpack(source, unpacked, progress)
            settings.create_folders()
            for folder, into in (("archives", settings.archives), ("receipts", settings.receipts)):
                _move_all(unpacked / folder, into)
            _move_all(unpacked / "tags", settings.user_rules)
            places = {
                PERSON_IDS: settings.warehouse / PERSON_IDS,
                CURATION: settings.curation_database,
                FORGOTTEN: settings.forgotten,
            }
            for name, target in places.items():
                if (unpacked / name).exists():
                    (unpacked / name).replace(target)
    _build(settings, progress)


def _files(settings: Settings, scratch: Path) -> Iterator[tuple[Path, str]]:
    """Every file of a backup and its name in there; those that are copied first lie in `scratch`."""
    if settings.curation_database.exists():
        with closing(open_curation(settings.curation_database)) as connection:
            backup_to(connection, scratch / CURATION)
        yield scratch / CURATION, CURATION
    if settings.build_database.exists():
        with open_build(settings.build_database) as connection:
            connection.table("raw.person_ids").write_parquet(str(scratch / PERSON_IDS))
        yield scratch / PERSON_IDS, PERSON_IDS
    if settings.forgotten.exists():
        yield settings.forgotten, FORGOTTEN
    for folder in (settings.receipts, settings.archives, settings.user_rules):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            name = f"{folder.name}/{path.name}"
            if _MEMBERS.fullmatch(name):
                yield path, name


def _unpack(source: Path, into: Path, progress: Progress) -> None:
    """Unpacks a backup after a look at what is in it; every byte is checked on the way."""
    try:
        with zipfile.ZipFile(source) as backup:
            names = backup.namelist()
            strange = [name for name in names if not _MEMBERS.fullmatch(name)]
            if MANIFEST not in names or strange:
                raise CurationError(
                    f"{source}: not a backup that linkstrata wrote{f': {strange[0]}' if strange else ''}"
                )
            if json.loads(backup.read(MANIFEST))["format"] > FORMAT:
                raise CurationError(f"{source}: written by a newer linkstrata: update this one")
            for name in names:
                progress(f"restoring {name}")
                path = into / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with backup.open(name) as packed, path.open("wb") as unpacked:
                    shutil.copyfileobj(packed, unpacked, 1 << 20)
                    unpacked.flush()
                    os.fsync(unpacked.fileno())
        if (into / CURATION).exists():
            with closing(sqlite3.connect(into / CURATION)) as connection:
                if connection.execute("pragma quick_check").fetchall() != [("ok",)]:
                    raise CurationError(f"{source}: its {CURATION} is damaged")
    except (zipfile.BadZipFile, zlib.error, ValueError, KeyError, sqlite3.DatabaseError, EOFError) as error:
        raise CurationError(f"{source}: not a sound backup ({error}); use another copy of it") from error


def _move_all(source: Path, into: Path) -> None:
    for path in source.iterdir() if source.is_dir() else ():
        path.replace(into / path.name)


def _build(settings: Settings, progress: Progress) -> None:
    """Builds from what was restored; everybody is known by the id that they had."""
    from linkstrata.warehouse.pipeline import Request, Session

    ids = settings.warehouse / PERSON_IDS
    with Session(settings, progress) as session:
        if ids.exists():
            session.connection.execute("insert into raw.person_ids by name select * from read_parquet(?)", [str(ids)])
        session.load(Request())
        session.build()
    ids.unlink(missing_ok=True)
