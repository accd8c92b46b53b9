"""A publication replaces the published file whole, verified, or leaves it as it was."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from linkstrata.warehouse import publish
from linkstrata.warehouse.connection import NotPublished, open_build, read_published
from linkstrata.warehouse.models import Project, run_model, run_rules
from linkstrata.warehouse.publish import Publication, PublishError

Load = Callable[..., Project]


@pytest.fixture
def build(tmp_path: Path, build: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A build on disk, with the raw rows of the one in memory."""
    with open_build(tmp_path / "warehouse" / "build.duckdb") as connection:
        connection.execute("create schema raw")
        for table in ("people", "archives"):
            frame = build.sql(f"from raw.{table}").pl()
            connection.execute(f"create table raw.{table} as from frame")
            assert len(frame)
        yield connection


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "warehouse" / "linkstrata.duckdb"


def publish_all(build: duckdb.DuckDBPyConnection, path: Path, project: Project) -> None:
    publication = Publication.begin(build, path)
    for model in project.before_rules:
        run_model(build, model)
    run_rules(build, project)
    for model in project.after_rules:
        run_model(build, model)
    publication.finish(project)


def names(path: Path) -> list[str]:
    with read_published(path) as reader:
        rows = reader.sql("select full_name from contacts where full_name is not null").fetchall()
        return [name for (name,) in rows]


def files(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir() if file.name.startswith(path.name)}


def test_a_publication_holds_the_marts_with_their_comments_and_nothing_else(
    load: Load, build: duckdb.DuckDBPyConnection, path: Path
) -> None:
    publish_all(build, path, load())
    with read_published(path) as reader:
        tables = "select schema_name, table_name, comment from duckdb_tables() order by all"
        assert reader.sql(tables).fetchall() == [
            ("main", "build_info", "When this was built."),
            ("main", "contacts", "Everyone's contacts."),
        ]
        assert reader.sql("select person_id, tags from contacts order by all").fetchall() == [
            ("bo", ["has-a-name"]),
            ("cy", None),
        ]
    assert files(path) == {"linkstrata.duckdb"}


def test_a_macro_answers_however_the_file_is_opened(load: Load, build: duckdb.DuckDBPyConnection, path: Path) -> None:
    publish_all(build, path, load())
    call = "select person_id, day::varchar from {}('Bo Berg', days => '3')"
    with duckdb.connect(str(path), read_only=True) as reader:
        assert reader.sql(call.format("named")).fetchall() == [("bo", "2024-05-04")]
        assert reader.sql("select day::varchar from named('Bo Berg')").fetchall() == [("2024-05-08",)]
        comment = "select distinct comment, parameters from duckdb_functions() where function_name = 'named'"
        assert reader.sql(comment).fetchall() == [("The contacts of a name, a number of days on.", ["name", "days"])]
    for alias in ("one", "marts"):
        with duckdb.connect() as reader:
            reader.execute(f"attach '{path}' as {alias} (read_only)")
            reader.execute(f"use {alias}")
            assert reader.sql(call.format("main.named")).fetchall() == [("bo", "2024-05-04")]


def test_a_reader_keeps_the_file_it_opened_and_the_next_one_sees_the_new(
    load: Load, build: duckdb.DuckDBPyConnection, path: Path
) -> None:
    publish_all(build, path, load())
    before = read_published(path)
    build.execute("update raw.people set name = 'Bo Strand' where name = 'Bo Berg'")
    publish_all(build, path, load())
    assert before.sql("select full_name from contacts where full_name is not null").fetchall() == [("Bo Berg",)]
    assert names(path) == ["Bo Strand"]
    before.close()


def test_an_abandoned_or_killed_publication_leaves_the_old_file_and_the_next_begins_anew(
    load: Load, build: duckdb.DuckDBPyConnection, path: Path
) -> None:
    project = load()
    publish_all(build, path, project)
    publication = Publication.begin(build, path)
    run_model(build, project.before_rules[0])
    publication.abandon()
    publication.abandon()
    assert files(path) == {"linkstrata.duckdb"}
    Publication.begin(build, path)  # and its process dies, leaving the file and its log
    path.with_name("linkstrata.duckdb.next.wal").write_bytes(b"half a log")
    assert names(path) == ["Bo Berg"]
    publish_all(build, path, project)
    assert files(path) == {"linkstrata.duckdb"}
    assert names(path) == ["Bo Berg"]


def test_a_mart_that_is_missing_or_differs_is_not_published(
    load: Load, build: duckdb.DuckDBPyConnection, path: Path
) -> None:
    project = load()
    publish_all(build, path, project)
    old = path.stat()
    publication = Publication.begin(build, path)
    with pytest.raises(PublishError, match=r"named|contacts"):
        publication.finish(project)
    for spoil in ("drop table marts.build_info", "alter table marts.contacts rename column tags to labels"):
        publication = Publication.begin(build, path)
        for model in project.models:
            run_model(build, model)
        build.execute(spoil)
        with pytest.raises(PublishError):
            publication.finish(project)
        assert files(path) == {"linkstrata.duckdb"}
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (old.st_ino, old.st_mtime_ns)


def test_a_macro_that_does_not_run_is_not_published(load: Load, build: duckdb.DuckDBPyConnection, path: Path) -> None:
    publish_all(build, path, load())
    wrong = "-- X.\n-- parameters: name varchar\nselect c.nothing from main.contacts as c where c.full_name = name"
    with pytest.raises(PublishError, match="nothing") as error:
        publish_all(build, path, load({"macros/named.sql": wrong}))
    assert len(str(error.value).splitlines()) == 1
    assert build.sql("select current_database()").fetchall() == [("build",)]
    assert names(path) == ["Bo Berg"]
    assert files(path) == {"linkstrata.duckdb"}


def test_the_new_file_is_on_the_disk_before_it_takes_the_old_ones_place(
    load: Load, build: duckdb.DuckDBPyConnection, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_all(build, path, load())
    old = path.stat().st_ino
    synchronised = []
    monkeypatch.setattr(publish, "_synchronise", lambda place: synchronised.append((place, path.stat().st_ino == old)))
    publish_all(build, path, load())
    assert synchronised == [(path.with_name("linkstrata.duckdb.next"), True), (path.parent, False)]


def test_a_log_left_beside_the_old_file_does_not_lock_readers_out_of_the_new(
    load: Load, build: duckdb.DuckDBPyConnection, path: Path
) -> None:
    publish_all(build, path, load())
    log = path.with_name("linkstrata.duckdb.wal")
    with duckdb.connect(str(path)) as someone:
        someone.execute("create table scribble as select 1 as one")
        kept = log.read_bytes()
    publish_all(build, path, load())
    log.write_bytes(kept)
    with pytest.raises(NotPublished, match="WAL"):
        read_published(path)
    publish_all(build, path, load())
    assert names(path) == ["Bo Berg"]
