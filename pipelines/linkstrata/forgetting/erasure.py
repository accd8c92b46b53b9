"""Takes the forgotten out of a data home: its databases, archives, inbox, curation, reports and run history.

First they are registered, for good; from then on the home is unclean until all of it was gone through. A kill in
between loses nothing: whoever opens the home for writing next goes through all of it again.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from linkstrata.curation.backup import FORGOTTEN as BACKUP_FORGOTTEN
from linkstrata.curation.backup import MANIFEST
from linkstrata.curation.backup import PERSON_IDS as BACKUP_PERSON_IDS
from linkstrata.curation.file import CurationError, backups_of
from linkstrata.curation.people import key_of
from linkstrata.curation.tables import STATE
from linkstrata.exports.container import Refused, fingerprint
from linkstrata.exports.names import NOBODY
from linkstrata.forgetting.files import redacted
from linkstrata.forgetting.redaction import Redactor
from linkstrata.forgetting.register import Person, Register
from linkstrata.lock import home_lock
from linkstrata.progress import Progress, silent
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import open_build
from linkstrata.warehouse.owners import connections_listed
from linkstrata.warehouse.receipts import Receipt

PERSON_IDS = "kept_person_ids.parquet"
REMAINS = "kept_remains.json"
"""What the build database alone knows, and has to outlive it: ids, owners of archives, and files that were refused."""


@dataclass
class Erased:
    """What one going through a home took out or wrote anew."""

    archives: int = 0
    other_files: int = 0
    traces: int = 0
    """Rows, names and addresses taken out of files and of what was typed, backups counted too."""

    def __str__(self) -> str:
        return (
            f"{self.traces:,} rows, names and addresses erased: {self.archives:,} archives and "
            f"{self.other_files:,} other files written anew or removed; databases and reports built again"
        )


class NotKnown(Exception):
    """Nobody by that address, or no owner by that name, is in the home; the one line says so."""


def register_person(settings: Settings, address: str, progress: Progress = silent) -> Person:
    """Registers whom an address names as forgotten, by all keys, addresses and names that the home has of them.

    The home is unclean from then on. Raises CurationError for no address, and NotKnown for nobody's.
    """
    key = key_of(address)
    with home_lock(settings, "forgetting", lambda holder: progress(f"waiting for {holder}")):
        register = Register.read(settings.forgotten)
        if not settings.build_database.exists():
            raise NotKnown(f"{address}: nothing was ever read here; there is nobody to forget")
        with open_build(settings.build_database) as connection:
            person = _person_at(connection, key)
            slug = key.removeprefix("slug:")
            exports = connection.execute("select owner from raw.owner_addresses where slug = ?", [slug]).fetchall()
        if exports:
            raise NotKnown(
                f"{address}: a member whose exports are here; "
                f"first forget those: linkstrata forget --owner {exports[0][0]}"
            )
        if person is None:
            known = " any more: forgotten already" if register.has_key(key) else ""
            raise NotKnown(f"{address}: nobody here has this address{known}")
        register.add_person(person)
        register.pending = True
        register.write(settings.forgotten)
    return person


def register_owner(settings: Settings, owner: str, progress: Progress = silent) -> list[str]:
    """Registers an owner as forgotten, with the archives that are theirs, and gives those. Raises NotKnown."""
    with home_lock(settings, "forgetting", lambda holder: progress(f"waiting for {holder}")):
        register = Register.read(settings.forgotten)
        archives: list[str] = []
        slugs, connections = {owner}, set[str]()
        if settings.build_database.exists():
            with open_build(settings.build_database) as connection:
                query = "select archive_id from raw.archives where owner = ?"
                archives = [row[0] for row in connection.execute(query, [owner]).fetchall()]
                query = "select slug from raw.owner_addresses where owner = ?"
                slugs |= {row[0] for row in connection.execute(query, [owner]).fetchall()}
                connections |= set(connections_listed(connection, owner))
        if not archives:
            known = " any more: forgotten already" if register.has_owner(owner) else ""
            raise NotKnown(f"{owner}: no exports of theirs are here{known}")
        register.add_owner(slugs, archives, connections)
        register.pending = True
        register.write(settings.forgotten)
    return archives


def clean(settings: Settings, register: Register, progress: Progress = silent) -> Erased:
    """Goes through the whole home, whose lock is held and whose databases are closed. The build database is gone then,
    and what `restore_remains` brings back lies beside it."""
    redactor, erased = Redactor(register), Erased()
    with tempfile.TemporaryDirectory(dir=settings.home, prefix=".forgetting-") as scratch:
        _keep_remains(settings, register, redactor)
        for database in (settings.build_database, settings.build_database.with_suffix(".duckdb.wal")):
            database.unlink(missing_ok=True)
        settings.remembered_project.unlink(missing_ok=True)
        erased.archives = _clean_archives(settings, register, redactor, Path(scratch), progress)
        erased.other_files = _clean_inbox(settings, register, redactor, Path(scratch), progress)
        for store in [settings.curation_database, *sorted(backups_of(settings.curation_database).glob("*.sqlite"))]:
            if store.exists():
                progress(f"going through {store.name}")
                clean_store(store, register, redactor)
        erased.other_files += _clean_others(settings, register, redactor, Path(scratch), progress)
        for rule in sorted(settings.user_rules.glob("*.sql")) if settings.user_rules.is_dir() else ():
            _replace_text(rule, redactor)
    # Both are written to hold nobody; a run may be under way that goes on writing there.
    for folder in (settings.dagster_home, settings.home / ".jupyter"):
        for path in folder.rglob("*"):
            if path.is_file() and _mentions(path, redactor):
                path.unlink()
                erased.other_files += 1
    if settings.reports.is_dir():
        shutil.rmtree(settings.reports)
        settings.reports.mkdir()
    # Drafts that a kill left behind.
    for pattern in ("warehouse/*.next", "warehouse/*.next.wal", "archives/.storing-*", "receipts/*.next"):
        for draft in settings.home.glob(pattern):
            draft.unlink(missing_ok=True)
    erased.traces = redactor.found
    return erased


def owners_kept(settings: Settings) -> Mapping[str, str]:
    """Whose each archive was before the build database went; nothing where none had to go."""
    path = settings.warehouse / REMAINS
    return dict(json.loads(path.read_text(encoding="utf-8"))["owners"]) if path.exists() else {}


def restore_remains(settings: Settings, connection: DuckDBPyConnection, register: Register) -> None:
    """Puts into a new build database what the one before knew alone: ids as they were, and the files once refused."""
    ids, path = settings.warehouse / PERSON_IDS, settings.warehouse / REMAINS
    if not path.exists():
        return
    connection.execute("delete from raw.person_ids")
    connection.execute("insert into raw.person_ids by name select * from read_parquet(?)", [str(ids)])
    for table, rows in json.loads(path.read_text(encoding="utf-8"))["refused"].items():
        for row in rows:
            if table == "archives":  # the others were counted anew
                newest = connection.execute("select coalesce(max(archive_no), 0) from raw.archives").fetchall()
                row["archive_no"] = newest[0][0] + 1
            fields = ", ".join(row)
            known = connection.execute(
                "select 1 from raw.archives where archive_id = ?", [row["archive_id"]]
            ).fetchall()
            if not known or table != "archives":
                values = ", ".join(f"${field}" for field in row)
                connection.execute(f"insert into raw.{table} ({fields}) values ({values})", row)


def finish(settings: Settings, register: Register) -> None:
    """Once a new database is published: nothing of the forgotten is left."""
    (settings.warehouse / PERSON_IDS).unlink(missing_ok=True)
    (settings.warehouse / REMAINS).unlink(missing_ok=True)
    register.pending = False
    register.write(settings.forgotten)


# -- who it is --------------------------------------------------------------------------------------------------------


def _person_at(connection: DuckDBPyConnection, key: str) -> Person | None:
    """Everything that tells the person whom a key names, from every owner's files."""
    found = connection.execute(
        """
        select k.person_key from identity.person_keys as k
        where k.person_id in (select person_id from identity.person_keys where person_key = $key)
        """,
        {"key": key},
    ).fetchall()
    keys = [row[0] for row in found]
    if not keys:
        return None
    mentions = connection.execute(
        """
        select distinct m.match_name, lower(trim(m.email)) from identity.mentions as m
        where m.person_key in (select unnest($keys)) or (
            m.person_key is null
            and concat('named:', m.owner, '|', m.match_name) in (select unnest($keys))
        )
        """,
        {"keys": keys},
    ).fetchall()
    names = {name for name, _ in mentions if name and name != NOBODY}
    others = connection.execute(
        """
        select distinct m.match_name from identity.mentions as m
        where m.match_name in (select unnest($names)) and m.person_key is not null
            and m.person_key not in (select unnest($keys))
        """,
        {"names": sorted(names), "keys": keys},
    ).fetchall()
    own = names - {name for (name,) in others}
    return Person(frozenset(keys), frozenset(email for _, email in mentions if email), frozenset(own))


# -- the build database -----------------------------------------------------------------------------------------------


def _keep_remains(settings: Settings, register: Register, redactor: Redactor) -> None:
    """Writes down what only the build database knows. Done once: what an interrupted cleaning wrote is good."""
    path = settings.warehouse / REMAINS
    if path.exists() or not settings.build_database.exists():
        return
    with open_build(settings.build_database) as connection:
        keys = connection.execute("select distinct person_key from raw.person_ids").fetchall()
        others = _keys_of_others(connection, register) if register.owners else None
        gone = [key for (key,) in keys if register.has_key(key) or (others is not None and key not in others)]
        connection.execute("create temp table gone as select unnest(?::varchar[]) as person_key", [gone])
        kept = connection.sql("select * from raw.person_ids where person_key not in (select person_key from gone)")
        kept.write_parquet(str(settings.warehouse / PERSON_IDS))
        owners = connection.execute("select archive_id, owner from raw.archives where owner is not null").fetchall()
        refused = {
            table: _rows(connection, f"select * from raw.{table} where archive_id in ({_REFUSED})")
            for table in ("archives", "quarantined")
        }
    masked = {
        table: [
            {name: redactor.text(value) if isinstance(value, str) else value for name, value in row.items()}
            for row in rows
        ]
        for table, rows in refused.items()
    }
    said = {"owners": {i: owner for i, owner in owners if not register.has_owner(owner)}, "refused": masked}
    _write(path, json.dumps(said, default=str))


def _keys_of_others(connection: DuckDBPyConnection, register: Register) -> set[str]:
    """The keys that the files of owners who stay give people: what only a forgotten owner's say goes with them."""
    rows = connection.execute("select distinct owner, person_key from identity.mentions").fetchall()
    kept = {key for owner, key in rows if key and not register.has_owner(owner)}
    named = connection.execute("select person_key from identity.person_keys").fetchall()
    return kept | {key for (key,) in named if key.startswith(("dated:", "named:"))}


_REFUSED = "select archive_id from raw.archives where status = 'quarantined'"


def _masked(row: Mapping[str, Any], redactor: Redactor) -> dict[str, Any]:
    return {name: redactor.text(value) if isinstance(value, str) else value for name, value in row.items()}


def _rows(connection: DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    relation = connection.sql(query)
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


# -- files ------------------------------------------------------------------------------------------------------------


def _clean_archives(
    settings: Settings, register: Register, redactor: Redactor, scratch: Path, progress: Progress
) -> int:
    """Writes each archive anew where somebody forgotten is in it; a forgotten owner's go, with their receipts. Gives
    how many changed."""
    changed = 0
    for path in sorted(settings.receipts.glob("*.json")) if settings.receipts.is_dir() else ():
        receipt = Receipt.load(path)
        stored = settings.archives / receipt.archive_id
        owned = receipt.options.owner is not None and register.has_owner(receipt.options.owner)
        if register.has_archive(receipt.archive_id) or owned:
            stored.unlink(missing_ok=True)
            path.unlink()
            changed += 1
            continue
        progress(f"going through {receipt.file_name}")
        new = redacted(stored, receipt.file_name, redactor, scratch) if stored.exists() else None
        name = redactor.text(receipt.file_name)
        if new is not None or name != receipt.file_name:
            # The receipt first: a file that is rewritten tells its day no more.
            replace(receipt, file_name=name, rewritten=True).write(settings.receipts)
        if new is not None:
            _put(new, stored)
            changed += 1
    return changed


def _clean_inbox(settings: Settings, register: Register, redactor: Redactor, scratch: Path, progress: Progress) -> int:
    """Writes what waits in the inbox anew; a forgotten owner's files go. Gives how many changed."""
    changed = 0
    for path in sorted(settings.inbox.iterdir()) if settings.inbox.is_dir() else ():
        if path.is_symlink():
            continue
        progress(f"going through {path.name}")
        if register.archives and _was_forgotten(path, register):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            changed += 1
            continue
        new = redacted(path, path.name, redactor, scratch)
        changed += new is not None
        if new is not None and path.is_dir():
            shutil.rmtree(path)
            shutil.move(new, path)
        elif new is not None:
            _put(new, path)
        name = redactor.text(path.name)
        if name != path.name:
            path.rename(path.with_name(name))
    return changed


def _was_forgotten(path: Path, register: Register) -> bool:
    try:
        return register.has_archive(fingerprint(path))
    except (Refused, OSError):
        return False


_GONE_THROUGH = {"archives", "backups", "inbox", "receipts", "reports", "tags", "warehouse"}


def _clean_others(settings: Settings, register: Register, redactor: Redactor, scratch: Path, progress: Progress) -> int:
    """What a person put into the home by themselves: whole backups, saved answers, files of any kind."""
    changed = 0
    own = {settings.curation_database, settings.forgotten, settings.lock_file}
    for path in sorted(settings.home.rglob("*")):
        place = path.relative_to(settings.home).parts
        known = place[0] in _GONE_THROUGH and not (place[0] == "backups" and path.suffix != ".sqlite")
        if known or place[0].startswith(".") or path.is_symlink() or not path.is_file() or path in own:
            continue
        if path.name.startswith(settings.curation_database.name):
            continue
        progress(f"going through {path.name}")
        new = _backup_without(path, register, redactor, scratch, settings.warehouse / PERSON_IDS)
        if new is None:
            new = redacted(path, path.name, redactor, scratch)
        if new is not None:
            _put(new, path)
            changed += 1
    return changed


def _backup_without(path: Path, register: Register, redactor: Redactor, scratch: Path, kept_ids: Path) -> Path | None:
    """A backup of a whole home (curation/backup.py) without the forgotten; None for any other file. `kept_ids` are what
    this home keeps."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as backup:
        if MANIFEST not in backup.namelist():
            return None
        unpacked = Path(tempfile.mkdtemp(dir=scratch, prefix="backup-"))
        backup.extractall(unpacked)
    inside = Settings(unpacked, unpacked, date.today())
    if inside.curation_database.exists():
        clean_store(inside.curation_database, register, redactor)
    _clean_archives(inside, register, redactor, scratch, silent)
    for rule in sorted(inside.user_rules.glob("*.sql")):
        _replace_text(rule, redactor)
    ids = unpacked / BACKUP_PERSON_IDS
    if ids.exists():
        _forget_ids(ids, register, kept_ids)
    register.write(unpacked / BACKUP_FORGOTTEN)
    new = Path(tempfile.mkdtemp(dir=scratch, prefix="packed-")) / path.name
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(unpacked.rglob("*")):
            if file.is_file():
                packed.write(file, file.relative_to(unpacked).as_posix())
    shutil.rmtree(unpacked)
    return new


def _forget_ids(ids: Path, register: Register, kept: Path) -> None:
    """Takes the keys of the forgotten out of the ids that a backup keeps: with a forgotten owner, all that nobody else
    gives, which are the ones that are not kept."""
    import polars as pl

    known = pl.read_parquet(ids)
    gone = [register.has_key(key) for key in known["person_key"]]
    left = known.filter(~pl.Series(gone, dtype=pl.Boolean))
    if register.owners and kept.exists():
        left = left.join(pl.read_parquet(kept, columns=["person_key"]).unique(), on="person_key", how="semi")
    left.write_parquet(ids)


def _mentions(path: Path, redactor: Redactor) -> bool:
    before = redactor.found
    redactor.text(path.read_bytes().decode("utf-8", "replace"))
    return redactor.found > before


def _put(new: Path, target: Path) -> None:
    """Puts a file in another's place, for good."""
    with new.open("rb") as written:
        os.fsync(written.fileno())
    new.replace(target)


def _replace_text(path: Path, redactor: Redactor) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    masked = redactor.text(text)
    if masked != text:
        _write(path, masked)


def _write(path: Path, text: str) -> None:
    unfinished = path.with_name(path.name + ".next")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


# -- curation ---------------------------------------------------------------------------------------------------------


def clean_store(path: Path, register: Register, redactor: Redactor) -> None:
    """Takes the forgotten out of a store of what a person typed, its log included, and writes the file anew."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as connection:
        present = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
        connection.execute("pragma secure_delete = on")
        connection.execute("begin immediate")
        for table, columns in STATE.items():
            if table in present:
                rows = connection.execute(f"select {', '.join(columns)} from {table}").fetchall()
                left = _left_of(table, rows, register, redactor)
                if left != rows:
                    connection.execute(f"delete from {table}")
                    places = ", ".join("?" * len(columns))
                    connection.executemany(
                        f"insert or ignore into {table} ({', '.join(columns)}) values ({places})", left
                    )
        if "edits" in present:
            _clean_log(connection, register, redactor)
        connection.execute("commit")
        connection.execute("vacuum")
        if connection.execute("pragma wal_checkpoint(truncate)").fetchone() not in ((0, 0, 0), (0, -1, -1)):
            # Somebody reads it: its log keeps what was erased until they are done.
            raise CurationError(f"{path}: in use; close the dashboard and run `linkstrata build` to finish forgetting")


def _clean_log(connection: sqlite3.Connection, register: Register, redactor: Redactor) -> None:
    """The log without the forgotten: an edit on them alone goes, of others their rows do."""
    for edit_id, kind, payload in connection.execute("select edit_id, kind, payload from edits").fetchall():
        said = json.loads(payload)
        left = {
            part: {
                table: kept
                for table, rows in said[part].items()
                if (kept := _left_of(table, [tuple(row) for row in rows], register, redactor))
            }
            for part in ("removed", "added")
        }
        same = {part: {table: [list(row) for row in rows] for table, rows in left[part].items()} for part in left}
        summary = redactor.text(said["summary"])
        if same == {part: said[part] for part in left} and summary == said["summary"]:
            continue
        if not (left["removed"] or left["added"]):
            connection.execute("update edits set undone_by = null where undone_by = ?", (edit_id,))
            connection.execute("delete from edits where edit_id = ?", (edit_id,))
            continue
        # A summary may name keys; the kind of edit is all that is safe to say.
        text = json.dumps({"summary": kind, **left}, ensure_ascii=False)
        connection.execute("update edits set payload = ? where edit_id = ?", (text, edit_id))


def _left_of(
    table: str, rows: Sequence[tuple[Any, ...]], register: Register, redactor: Redactor
) -> list[tuple[Any, ...]]:
    """The rows that are not on anybody forgotten, nor a forgotten owner's, their texts masked."""
    columns = list(STATE.get(table, {}))
    keys = [place for place, name in enumerate(columns) if name in ("person_key", "keep_key", "other_key")]
    owner: Callable[[tuple[Any, ...]], bool] = lambda row: False  # noqa: E731
    if "owner" in columns:
        at = columns.index("owner")
        owner = lambda row: register.has_owner(str(row[at]))  # noqa: E731
    kept: Iterable[tuple[Any, ...]] = (
        row for row in rows if not owner(row) and not any(register.has_key(str(row[place])) for place in keys)
    )
    fixed = {*keys, *(place for place, name in enumerate(columns) if name in ("owner", "kept_id"))}
    return [
        tuple(redactor.text(cell) if isinstance(cell, str) and n not in fixed else cell for n, cell in enumerate(row))
        for row in kept
    ]
