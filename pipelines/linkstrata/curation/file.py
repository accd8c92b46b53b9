"""Opens curation.sqlite: makes it, brings an older one up to date after a backup, and sees that a commit is for good.

What the tables hold and how they change is for store.py.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

BUSY_SECONDS = 60.0
"""How long a writer waits for another one; an edit takes milliseconds."""

MIGRATIONS: tuple[str, ...] = (
    """
    create table edits (
        edit_id integer primary key,
        at text not null,
        kind text not null,
        payload text not null,
        undone_by integer references edits (edit_id)
    );
    create table tags (tag text primary key, colour text, description text) without rowid;
    create table taggings (
        tag text not null, owner text not null, person_key text not null, tagged_at text not null,
        primary key (tag, owner, person_key)
    ) without rowid;
    create table notes (
        owner text not null, person_key text not null, written_at text not null, note text not null,
        primary key (owner, person_key, written_at, note)
    ) without rowid;
    create table merges (
        keep_key text not null, other_key text not null, kept_id text not null, decided integer not null,
        primary key (keep_key, other_key)
    ) without rowid;
    create table splits (person_key text primary key, decided integer not null) without rowid;
    create table follower_totals (
        owner text not null, day text not null, followers integer not null, primary key (owner, day)
    ) without rowid;
    create table added_contacts (
        owner text not null, person_key text not null, full_name text not null, email text, company text,
        position text, added_on text not null,
        primary key (owner, person_key)
    ) without rowid;
    """,
    """
    create table saved_filters (
        segment text primary key, filter text, predicate text, description text, saved_at text not null,
        check ((filter is null) <> (predicate is null))
    ) without rowid;
    """,
    """
    create table occasions (
        owner text not null, person_key text not null, occasion text not null, decision text not null,
        put_off_to text, decided_at text not null,
        primary key (owner, person_key, occasion)
    ) without rowid;
    """,
)
"""What leads from each version of the schema to the next. One that was released is never changed again."""


class CurationError(Exception):
    """An edit, or the file that keeps edits, cannot be used: one line that says what is wrong and what to do."""


def open_curation(path: Path) -> sqlite3.Connection:
    """A connection to the store, made if it is not there and brought up to date if it is old; commits are durable.

    Transactions are begun by whoever uses it. Raises CurationError for a file that a newer program wrote, or that is
    no store.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _keep_a_log_ahead(connection)
        connection.execute("pragma synchronous = full")
        connection.execute("pragma foreign_keys = on")
        connection.execute("pragma temp_store = memory")  # who is edited is nobody else's business
        if _version(connection) != len(MIGRATIONS):
            _bring_up_to_date(connection, path)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.DatabaseError):
            raise CurationError(f"{path}: {error}: put a backup in its place (linkstrata restore FILE)") from error
        raise
    return connection


def backup_to(connection: sqlite3.Connection, target: Path) -> None:
    """Writes the store as it stands, whole or not at all, while others may go on writing to it."""
    unfinished = target.with_name(target.name + ".next")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
        copy.execute("pragma journal_mode = delete")
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.replace(target)


def backups_of(path: Path) -> Path:
    """The folder with the backups that were made of a store before its schema changed."""
    return path.parent / "backups"


def _keep_a_log_ahead(connection: sqlite3.Connection) -> None:
    """Write-ahead logging, which the file remembers. Turning it on waits for nobody by itself."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Runs the migrations that are missing, all or none, after a backup; another process may be at the same."""
    connection.execute("begin immediate")
    try:
        version = _version(connection)
        if version > len(MIGRATIONS):
            raise CurationError(f"{path}: written by a newer linkstrata (schema {version}): update this one")
        if 0 < version < len(MIGRATIONS):
            folder = backups_of(path)
            folder.mkdir(exist_ok=True)
            now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
            # The one connection is about to write, so another one reads for the backup.
            with closing(sqlite3.connect(path)) as reader:
                backup_to(reader, folder / f"curation-schema-{version}-{now}.sqlite")
        for migration in MIGRATIONS[version:]:
            for statement in migration.split(";"):
                connection.execute(statement)
        connection.execute(f"pragma user_version = {len(MIGRATIONS)}")
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
