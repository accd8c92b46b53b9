"""Who may do what to the databases: the writer, a reader, and a person's own query."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from linkstrata.warehouse.connection import (
    Damaged,
    LockedDown,
    NotPublished,
    QueryRefused,
    TooLarge,
    TooSlow,
    allow_memory,
    locked_down,
    open_build,
    open_scratch,
    read_published,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file, with a table macro; nothing here can change it."""
    path = tmp_path_factory.mktemp("home") / "it's warehouse" / "linkstrata.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table contacts as from (values ('bo', 1), ('cy', 2)) as c(person_id, number)")
        connection.execute(
            "create macro above(least) as table select person_id from main.contacts where number > least"
        )
    return path


@pytest.fixture(scope="module")
def room(path: Path) -> Iterator[LockedDown]:
    with locked_down(path, timeout=600) as room:
        yield room


def test_the_build_spills_beside_itself_and_never_fetches_an_extension(tmp_path: Path) -> None:
    path = tmp_path / "warehouse" / "build.duckdb"
    with open_build(path) as connection:
        wanted = ("temp_directory", "autoinstall_known_extensions", "preserve_insertion_order")
        settings = connection.sql(f"select {', '.join(f'current_setting({name!r})' for name in wanted)}").fetchall()
        assert settings == [(str(path.parent / ".spill"), False, False)]
        connection.execute("create table t as select 1 as one")
    with open_build(path) as connection:
        assert connection.sql("from t").fetchall() == [(1,)]


def test_no_engine_draws_a_bar_into_what_a_command_says(tmp_path: Path, path: Path) -> None:
    with open_build(tmp_path / "build.duckdb") as build, open_scratch() as scratch, read_published(path) as reader:
        for connection in (build, build.cursor(), scratch, reader):
            assert connection.execute("select current_setting('enable_progress_bar')").fetchall() == [(False,)]


def test_the_build_takes_memory_by_threads_and_by_what_is_stored(tmp_path: Path) -> None:
    path = tmp_path / "build.duckdb"
    limit = "select (current_setting('memory_limit').split(' ')[1])::double"
    with open_build(path) as connection:
        connection.execute("set threads = 2")
        allow_memory(connection, path)
        ((small,),) = connection.sql(limit).fetchall()
        connection.execute("create table t as select hash(range) as noise from range(3_000_000)")
        connection.execute("checkpoint build")
        allow_memory(connection, path)
        ((grown,),) = connection.sql(limit).fetchall()
        connection.execute("set threads = 8")
        allow_memory(connection, path)
        ((wide,),) = connection.sql(limit).fetchall()
    assert small == pytest.approx(240e6 / 2**20, abs=2)
    assert small + 3 < grown < small + 12
    assert wide - grown == pytest.approx(480e6 / 2**20, abs=1)


def test_a_reader_names_tables_plainly_and_cannot_write(path: Path) -> None:
    with read_published(path) as reader:
        assert reader.sql("select count(*) from contacts").fetchall() == [(2,)]
        assert reader.sql("from main.above(1)").fetchall() == [("cy",)]
        assert reader.sql("select current_setting('autoload_known_extensions')").fetchall() == [(False,)]
        with pytest.raises(duckdb.Error, match="read-only"):
            reader.execute("delete from contacts")


def test_before_the_first_publication_a_reader_is_told_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "linkstrata.duckdb"
    with pytest.raises(NotPublished, match=r"linkstrata\.duckdb: nothing is published yet; run `linkstrata ingest`"):
        read_published(path)
    with pytest.raises(NotPublished), locked_down(path):
        pass
    assert not path.exists()


@pytest.mark.parametrize("content", [b"no database" * 200, None], ids=["foreign", "cut short"])
def test_of_a_damaged_database_the_one_line_says_what_to_do(tmp_path: Path, path: Path, content: bytes | None) -> None:
    damaged = tmp_path / "damaged.duckdb"
    damaged.write_bytes(path.read_bytes()[:5000] if content is None else content)
    with pytest.raises(NotPublished, match=r"cannot be read .*; run `linkstrata build`"):
        read_published(damaged)
    with pytest.raises(Damaged, match=r"damaged.duckdb: cannot be opened .*; delete it"), open_build(damaged):
        pass


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("select person_id from contacts where number = 1", [("bo",)]),
        ("-- é first\nfrom contacts select number order by all; -- and last", [(1,), (2,)]),
        ("with c as (from contacts) select sum(number)::integer from c", [(3,)]),
        ("(select 1)", [(1,)]),
        ("values (1), (2)", [(1,), (2,)]),
        ("table contacts", [("bo", 1), ("cy", 2)]),
        ("from above(1)", [("cy",)]),
        ("select unnest(range(2)) from range(1)", [(0,), (1,)]),
        ("pivot contacts on person_id using sum(number)::integer", [(1, 2)]),
        ("show tables", [("contacts",)]),
        ("select 'from read_csv(1), duckdb_databases()' as text", [("from read_csv(1), duckdb_databases()",)]),
        ("select query.number from contacts as query where (number = 1)", [(1,)]),
    ],
)
def test_a_persons_query_reads_what_is_published(room: LockedDown, query: str, rows: list[tuple[object, ...]]) -> None:
    assert room.query(query).fetchall() == rows


@pytest.mark.parametrize("query", ["describe contacts", "summarize contacts", "explain from contacts"])
def test_a_person_may_ask_what_there_is(room: LockedDown, query: str) -> None:
    assert room.query(query).fetchall()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "-- nothing",
        "select 1; select 2",
        "select 1; drop table contacts",
        "use memory",
        "attach 'other.duckdb'",
        "detach linkstrata",
        "copy contacts to 'contacts.csv'",
        "copy contacts from 'contacts.csv'",
        "export database 'everything'",
        "import database 'everything'",
        "install httpfs",
        "load httpfs",
        "set threads = 1",
        "set lock_configuration = false",
        "reset memory_limit",
        "pragma database_list",
        "pragma enable_profiling",
        "create table memory.main.kept as select 1",
        "create or replace table memory.main.kept as pivot contacts on person_id using sum(number)",
        "create secret (type s3)",
        "insert into contacts values ('di', 3)",
        "update contacts set number = 0",
        "delete from contacts",
        "drop table contacts",
        "alter table contacts add column x integer",
        "comment on table contacts is 'mine'",
        "call pragma_version()",
        "checkpoint",
        "vacuum",
        "begin",
        "prepare p as select 1",
        "explain analyze create table memory.main.kept as select 1",
        "explain copy contacts to 'contacts.csv'",
        "/* explain */ explain /* select 1 */ delete from contacts",
        "from read_csv('{file}')",
        "from read_text('{file}')",
        "from read_blob('{file}')",
        "select * from \"READ_TEXT\" /* ( */ -- (\n ('{file}')",
        "select (select content from read_text('{file}'))",
        "explain analyze from read_text('{file}')",
        "pivot (from read_text('{file}')) on filename using count(*)",
        "from glob('*')",
        "from sniff_csv('{file}')",
        "from parquet_scan('{file}')",
        "from read_duckdb('{file}')",
        "from query('from contacts')",
        "from query('from duckdb_' || 'databases()')",
        "from query_table('contacts')",
        "select * from json_execute_serialized_sql(json_serialize_sql('select 1'))",
        "select path from duckdb_databases()",
        "select path from duckdb_databases",
        'select path from system.main."duckdb_databases"()',
        "from pragma_database_list",
        "from duckdb_settings()",
        "from pg_settings",
        "from pg_catalog.pg_settings",
        "select current_setting('secret_directory')",
        "from duckdb_secrets()",
        "from which_secret('s3://x', 's3')",
        "from enable_logging()",
        "from duckdb_logs()",
        "from pandas_scan(1)",
        "from arrow_scan(1, 2, 3)",
        "with recursive t as (from read_text('{file}')) from t",
        "select 1 where exists (from read_blob /* */ ('{file}'))",
        "describe from read_csv('{file}')",
        "summarize from read_csv('{file}')",
        "set variable mine = 1",
        "execute p",
        "create temp macro mine() as table from read_csv('{file}')",
        "create temp table mine as select 1",
        "merge into contacts using contacts as c on true when matched then delete",
        "truncate contacts",
        "from duckdb_prepared_statements()",
        "from parquet_metadata('{file}')",
        "from force_checkpoint()",
        "from test_all_types()",
        "select getenv('HOME')",
    ],
)
def test_a_persons_query_can_do_nothing_else(room: LockedDown, path: Path, query: str) -> None:
    secret = path.parent.with_name("secret.txt")
    secret.write_text("secret", encoding="utf-8")
    with pytest.raises(QueryRefused) as error:
        room.query(query.replace("{file}", str(secret))).fetchall()
    assert len(str(error.value).splitlines()) == 1
    assert {file.name for file in path.parent.iterdir()} == {"linkstrata.duckdb"}
    assert room.query("select count(*) from contacts").fetchall() == [(2,)]


@pytest.mark.parametrize(
    "query",
    [
        "from '{file}'",
        'from "{file}"',
        "summarize '{file}'",
        "describe '{file}'",
        "pivot '{file}' on a using count(*)",
        "from 'https://127.0.0.1/people.csv'",
        "from 'file://{file}'",
        "from '/proc/self/environ'",
        "from local_frame",
        "with w as (insert into contacts values ('di', 3) returning *) from w",
        "with w as (delete from contacts returning *) from w",
    ],
)
def test_what_looks_like_a_query_is_stopped_by_the_engine(room: LockedDown, path: Path, query: str) -> None:
    local_frame = duckdb.sql("select 1").pl()
    assert len(local_frame)
    text = path.parent.with_name("people.csv")
    text.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(duckdb.Error):
        room.query(query.replace("{file}", str(text))).fetchall()
    assert room.query("select count(*) from contacts").fetchall() == [(2,)]


OPEN_FUNCTIONS = {
    *("unnest", "range", "generate_series", "repeat", "repeat_row", "summary", "json_each", "json_tree"),
    *("duckdb_columns", "duckdb_constraints", "duckdb_functions", "duckdb_indexes", "duckdb_keywords"),
    *("duckdb_schemas", "duckdb_tables", "duckdb_types", "duckdb_views", "pragma_table_info", "pragma_collations"),
    *("pragma_platform", "pragma_version", "icu_calendar_names", "pg_timezone_names"),
}


def test_every_table_function_of_the_engine_is_closed_but_those_that_are_known(room: LockedDown) -> None:
    functions = "select distinct function_name from duckdb_functions() where function_type = 'table'"
    names = {name for (name,) in room.query(functions).fetchall()}
    refused = set()
    for name in names:
        try:
            room.query(f"from {name}()")
        except QueryRefused:
            refused.add(name)
        except duckdb.Error:
            pass  # it is open, and called without its arguments
    assert names - refused == OPEN_FUNCTIONS


def test_nothing_that_the_engine_tells_of_itself_shows_where_files_lie(room: LockedDown, path: Path) -> None:
    sources = [f"{name}()" for name in OPEN_FUNCTIONS]
    sources += [name for (name,) in room.query("select schema_name || '.' || view_name from duckdb_views()").fetchall()]
    answered = 0
    for source in sources:
        try:
            told = str(room.query(f"from {source}").fetchall())
        except (QueryRefused, duckdb.Error) as error:
            told = str(error)
        else:
            answered += 1
        assert path.parent.name not in told, source
    assert answered > 40


def test_a_query_that_takes_too_long_is_stopped(path: Path) -> None:
    endless = "select count(*) from range(10_000_000_000) as a, range(1000) as b"
    with pytest.raises(TooSlow, match=r"after 0\.2 seconds"), locked_down(path, timeout=0.2) as room:
        with pytest.raises(duckdb.InterruptException):
            room.query(endless).fetchall()
        room.query(endless).fetchall()


def test_a_query_that_takes_too_much_memory_is_stopped_and_spills_nowhere(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    query = """
    select count(*) from (
        select range || 'some text that fills memory' as filler, row_number() over (order by hash(range)) as place
        from range(3_000_000)
    ) where place > 3"""
    with pytest.raises(TooLarge, match="more memory than the 60MB"), locked_down(path, memory="60MB") as room:
        room.query(query).fetchall()
    assert list(tmp_path.iterdir()) == []
    assert {file.name for file in path.parent.iterdir()} == {"linkstrata.duckdb"}


def test_the_room_stays_locked_from_inside(room: LockedDown) -> None:
    for setting in ("enable_external_access = true", "memory_limit = '8GB'", "temp_directory = '/tmp'"):
        with pytest.raises(duckdb.Error, match=r"locked|external access"):
            room._connection.execute(f"set {setting}")
