"""Each construct that means something else on Spark is refused; its portable spelling, which DuckDB runs, is not."""

from pathlib import Path

import duckdb
import pytest
import sqlglot

from linkstrata.warehouse import portable

TABLES = """
create schema s;
create table s.t (
    name varchar, company varchar, at_time timestamp, sent_at timestamp, connected_on date, left_on date,
    number integer, amount integer, names varchar[]
);
create table s.u as from s.t;
"""

# construct, a query that has it, the same or a like query that may stay
CASES = [
    (
        "QUALIFY with *",
        "select * from s.t qualify row_number() over (partition by name order by number) = 1",
        "select name from s.t qualify row_number() over (partition by name order by number) = 1",
    ),
    (
        "arg_max or arg_min over what may be NULL",
        "select arg_max(company, number) from s.t",
        "select arg_max(company, number) filter (where company is not null) from s.t",
    ),
    (
        "arg_max or arg_min over what may be NULL",
        "select min_by(company, number) filter (where name = 'x') from s.t",
        "select min_by(company, number) filter (where company like 'x%') from s.t",
    ),
    (
        "date_diff on timestamps",
        "select date_diff('day', at_time, sent_at) from s.t",
        "select date_diff('day', cast(at_time as date), sent_at::date) from s.t",
    ),
    (
        "date_diff on timestamps",
        "select datediff('day', connected_on, sent_at) from s.t",
        "select datediff('day', connected_on, max(left_on)) from s.t group by connected_on",
    ),
    (
        "date_diff in another unit than 'day'",
        "select date_diff('month', connected_on, left_on) from s.t",
        "select (year(left_on) - year(connected_on)) * 12 + month(left_on) - month(connected_on) from s.t",
    ),
    (
        "date_sub",
        "select date_sub('day', connected_on, left_on) from s.t",
        "select date_diff('day', connected_on, left_on) from s.t",
    ),
    (
        "date - date",
        "select left_on - connected_on from s.t",
        "select left_on - 7, amount - number, date_diff('day', connected_on, left_on) from s.t",
    ),
    (
        "date - date",
        "with d as (select at_time::date as one, min(left_on) as first from s.t group by 1) select one - first from d",
        "with d as (select count(*) as then_count, min(number) as first from s.t) select then_count - first from d",
    ),
    (
        "a weekday counted from Sunday, or by EXTRACT",
        "select dayofweek(connected_on) from s.t",
        "select isodow(connected_on) from s.t",
    ),
    (
        "a weekday counted from Sunday, or by EXTRACT",
        "select extract(dow from connected_on) from s.t",
        "select extract(month from connected_on) from s.t",
    ),
    (
        "a weekday counted from Sunday, or by EXTRACT",
        "select date_part('dow', connected_on) from s.t",
        "select date_part('year', connected_on) from s.t",
    ),
    (
        "list(… ORDER BY …)",
        "select list(name order by number) from s.t",
        "select list_sort(list(distinct name)), string_agg(name, ', ' order by name) from s.t",
    ),
    (
        "regexp_replace without 'g'",
        "select regexp_replace(name, 'a', 'b') from s.t",
        "select regexp_replace(name, 'a', 'b', 'g') from s.t",
    ),
    (
        "regexp_replace without 'g'",
        "select regexp_replace(name, 'a', 'b', 'gi') from s.t",
        "select regexp_replace(lower(name), 'a', 'b', 'g') from s.t",
    ),
    (
        "ASOF",
        "select t.name from s.t asof join s.u on t.name = u.name and t.connected_on >= u.connected_on",
        "select t.name from s.t join s.u on t.name = u.name and t.connected_on >= u.connected_on",
    ),
    (
        "PIVOT",
        "select * from (pivot s.t on name in ('a', 'b') using sum(number))",
        "select sum(number) filter (where name = 'a') as a from s.t",
    ),
    (
        "PIVOT",
        "select * from s.t pivot (sum(number) for name in ('a', 'b'))",
        "select sum(case when name = 'a' then number end) as a from s.t",
    ),
    ("COLUMNS()", "select min(columns('n.*')) from s.t", "select min(name), min(number) from s.t"),
    (
        "* REPLACE or * RENAME",
        "select * replace (1 as number) from s.t",
        "select * exclude (number), 1 as number from s.t",
    ),
    (
        "* REPLACE or * RENAME",
        "select * rename (number as n) from s.t",
        "select * exclude (number), number as n from s.t",
    ),
    (
        "UNION BY NAME",
        "select name, number from s.t union all by name select number, name from s.u",
        "select name, number from s.t union all select name, number from s.u",
    ),
    (
        "quantile_cont",
        "select quantile_cont(number, 0.9) from s.t",
        "select median(number), percentile_cont(0.9) within group (order by number) from s.t",
    ),
    (
        "try_strptime",
        "select try_strptime(name, '%d %b %Y') from s.t",
        "select try_cast(name as date), strptime(name, '%Y-%m-%d') from s.t",
    ),
    ("a slice", "select names[1:3] from s.t", "select names[1], list_filter(names, lambda x, i: i <= 3) from s.t"),
    ("a slice", "select list_slice(names, 1, 3) from s.t", "select left(name, 3), substring(name, 1, 3) from s.t"),
    ("len of a list", "select len(names) from s.t", "select array_length(names) from s.t"),
    (
        "len of a list",
        "select length(string_split(name, ',')) from s.t",
        "select length(name), array_length(string_split(name, ',')) from s.t",
    ),
    ("strip_accents", "select strip_accents(name) from s.t", "select lower(name) from s.t"),
    (
        "generate_series in FROM",
        "select range from range(1, 10)",
        "with n as (select unnest(range(1, 10)) as number) select number from n",
    ),
    (
        "generate_series in FROM",
        "select u.day from unnest(generate_series(date '2024-01-01', date '2024-01-09', interval 1 day)) as u(day)",
        "with d as (select unnest(generate_series(min(left_on), max(left_on), interval 1 day)) as day from s.t) "
        "select day::date as day from d",
    ),
    (
        "the clock",
        "select name from s.t where left_on < current_date",
        "select name from s.t where left_on < name::date",
    ),
    ("the clock", "select now() as built_at from s.t", "select at_time as now from s.t"),
    ("the clock", "select today() as today from s.t", "select connected_on as today from s.t"),
    ("the clock", "select age(at_time) from s.t", "select age(at_time, sent_at) from s.t"),
]


def refusals(sql: str, is_mart: bool = False) -> list[str]:
    return list(portable.refusals(sqlglot.parse_one(sql, read="duckdb"), sql, is_mart))


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(TABLES)
    return connection


@pytest.mark.parametrize(("construct", "refused", "accepted"), CASES, ids=[case[1] for case in CASES])
def test_a_construct_is_refused_and_its_portable_spelling_is_not(
    construct: str, refused: str, accepted: str, database: duckdb.DuckDBPyConnection
) -> None:
    for sql in (refused, accepted):
        database.execute(f"explain {sql}")  # neither is refused for being no SQL at all
    (line,) = refusals(refused)
    assert line.startswith(f"line 1: {construct} is refused: ")
    assert refusals(accepted) == []


def test_every_construct_is_tried() -> None:
    assert {construct.name for construct in portable.CONSTRUCTS} - {case[0] for case in CASES} == {"* in a mart"}


def test_only_a_mart_must_name_its_columns() -> None:
    for star in ("select * from s.t", "select t.*, 1 as one from s.t", "select name from s.t union all (from s.u)"):
        assert refusals(star) == []
        assert any("name the columns" in line for line in refusals(star, is_mart=True))
    assert refusals("with c as (select * from s.t) select name, count(*) as n from c group by name", is_mart=True) == []


def test_a_refusal_names_place_construct_and_what_to_write() -> None:
    sql = "-- Header.\nselect\n    company,\n    list(name order by name) as names\nfrom s.t\ngroup by company"
    assert refusals(sql) == ["line 4: list(… ORDER BY …) is refused: list_sort(list(…))"]
    assert refusals("select 1 as one,\nnow() as built")[0].startswith("line 2: the clock is refused: ")


def test_the_command_names_every_file_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path, sql in {
        "sql/staging/good.sql": "-- Good.\nselect name from s.t;",
        "sql/staging/bad.sql": "-- Bad.\nselect len(names), strip_accents(name) from s.t",
        "sql/marts/star.sql": "select * from s.t",
        "sql/tags/broken.sql": "select from from",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(sql, encoding="utf-8")
    assert portable.main([str(tmp_path / "sql")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "sql/marts/star.sql",
        "sql/staging/bad.sql",
        "sql/staging/bad.sql",
        "sql/tags/broken.sql",
    ]
    for path in ("marts/star.sql", "staging/bad.sql", "tags/broken.sql"):
        (tmp_path / "sql" / path).unlink()
    assert portable.main([str(tmp_path / "sql")]) == 0
