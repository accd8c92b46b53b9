"""The file behind the store: durable settings, versions of its schema, a backup before each change, many openers."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from linkstrata.curation import file
from linkstrata.curation.file import CurationError, backup_to, backups_of, open_curation
from linkstrata.curation.store import Person, Store
from linkstrata.curation.tables import STATE

ADA = Person("owner", "p1", ("slug:ada",))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "curation.sqlite"


def test_a_commit_is_on_the_disk_and_readers_do_not_wait(path: Path) -> None:
    with closing(open_curation(path)) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
        assert connection.execute("pragma synchronous").fetchone() == (2,)
        connection.execute("begin immediate")
        with closing(open_curation(path)) as reader:
            assert reader.execute("select count(*) from edits").fetchone() == (0,)


def test_the_tables_are_those_that_the_store_declares(path: Path) -> None:
    with closing(open_curation(path)) as connection:
        for table, columns in STATE.items():
            found = connection.execute("select name from pragma_table_info(?)", (table,)).fetchall()
            assert [name for (name,) in found] == list(columns)


def test_before_the_schema_changes_the_store_is_backed_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(path) as store:
        store.tag("mentor", [ADA], date(2026, 11, 23))
    released = len(file.MIGRATIONS)
    monkeypatch.setattr(
        file, "MIGRATIONS", (*file.MIGRATIONS, "create table more (a text); alter table tags add b text")
    )
    with Store(path) as store:
        assert store.connection.execute("select count(*) from more").fetchone() == (0,)
        assert len(store.rows("taggings")) == 1
    (kept,) = backups_of(path).iterdir()
    with closing(sqlite3.connect(kept)) as backup:
        assert backup.execute("select tag from taggings").fetchall() == [("mentor",)]
        assert backup.execute("pragma user_version").fetchone() == (released,)
        assert not backup.execute("select * from sqlite_master where name = 'more'").fetchall()
    with Store(path):
        assert len(list(backups_of(path).iterdir())) == 1, "one backup a change, not one an opening"


def test_a_change_of_schema_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(path) as store:
        store.tag("mentor", [ADA], date(2026, 11, 23))
    monkeypatch.setattr(file, "MIGRATIONS", (*file.MIGRATIONS, "create table more (a text); create table tags (a)"))
    with pytest.raises(CurationError, match=r"curation\.sqlite"):
        Store(path)
    monkeypatch.undo()
    with Store(path) as store:
        assert len(store.rows("taggings")) == 1
        assert not store.connection.execute("select * from sqlite_master where name = 'more'").fetchall()


def test_a_store_of_a_newer_program_is_left_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MIGRATIONS", (*file.MIGRATIONS, "create table more (a text)"))
    Store(path).connection.close()
    monkeypatch.undo()
    with pytest.raises(CurationError, match="newer"):
        Store(path)


def test_a_file_that_is_no_store_is_named(path: Path) -> None:
    path.write_bytes(b"not a database, whatever its name says" * 100)
    with pytest.raises(CurationError, match=r"curation\.sqlite: .*restore"):
        Store(path)


def test_a_backup_is_one_file_that_holds_what_was_committed(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        store.tag("mentor", [ADA], date(2026, 11, 23))
        backup_to(store.connection, tmp_path / "copy.sqlite")
        store.tag("later", [ADA], date(2026, 11, 23))
    assert [each.name for each in tmp_path.glob("copy*")] == ["copy.sqlite"]
    with Store(tmp_path / "copy.sqlite") as store:
        assert [row[0] for row in store.rows("taggings")] == ["mentor"]


def _write(path: Path, worker: int) -> None:
    with Store(path) as store:
        for number in range(10):
            store.add_note([ADA], f"{worker} {number}")


def test_edits_of_two_processes_that_are_killed_again_and_again_are_neither_lost_nor_doubled() -> None:
    script = Path(__file__).parents[2] / "benchmarks" / "killed_edits.py"
    done = subprocess.run([sys.executable, script, "--edits", "100"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_several_processes_may_make_and_fill_it_at_once(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_write, args=(path, worker)) for worker in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(60)
    assert [each.exitcode for each in workers] == [0] * 4
    with Store(path) as store:
        assert {row[3] for row in store.rows("notes")} == {f"{w} {n}" for w in range(4) for n in range(10)}
