"""sql/ as a graph: what is read from the files, what is refused, and what running them makes."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from linkstrata.warehouse import models
from linkstrata.warehouse.models import ModelError, Project, run_check, run_model, run_rules

Load = Callable[..., Project]


def run(build: duckdb.DuckDBPyConnection, project: Project) -> dict[str, str]:
    """Runs everything in order; gives the user's rules that could not be used, with the reason."""
    for model in project.before_rules:
        run_model(build, model)
    problems = run_rules(build, project)
    for model in project.after_rules:
        run_model(build, model)
    return dict(problems)


# -- reading ----------------------------------------------------------------------------------------------------------


def test_a_header_gives_description_columns_and_the_meaning_that_goes_on(load: Load) -> None:
    model = next(model for model in load().models if model.name == "staging.people")
    assert model.path == "sql/staging/people.sql"
    assert model.description == "One row per person that a file names.\n\nDoubles are gone."
    assert model.columns == {
        "owner": "whose files name them",
        "person_id": "names a person, for good",
        "full_name": "as the file gives it",
        "seen_on": "the day of the file",
    }
    assert model.sql.startswith("select distinct owner")
    assert model.sql.endswith("raw.people")


def test_edges_come_from_the_sql_and_order_from_the_edges(load: Load) -> None:
    project = load()
    assert {model.name: model.reads for model in project.models} == {
        "staging.people": ("raw.people",),
        "segments.contacts": ("staging.people",),
        "marts.build_info": (),
        "marts.contacts": ("segments.contacts", "tags.rule_rows"),
    }
    names = [model.name for model in project.models]
    assert names.index("staging.people") < names.index("segments.contacts") < names.index("marts.contacts")
    assert [model.name for model in project.after_rules] == ["marts.contacts"]
    assert project.checks[0].reads == ("marts.contacts",)
    assert project.macros[0].reads == ("marts.build_info", "marts.contacts")
    assert project.rules[0].reads == ("segments.contacts",)
    assert project.rule_views == {"build_info": "marts.build_info", "contacts": "segments.contacts"}


def test_a_cte_is_no_table_and_hides_none_outside_its_reach(load: Load) -> None:
    sql = """
-- Nested.
--
-- columns:
--   person_id  key
with inner_ids as (select person_id from (with raw_ids as (select slug as person_id from raw.people) from raw_ids)),
     two as (select person_id from inner_ids where exists (select 1 from segments.contacts))
select person_id from two union select person_id from staging.people, unnest([1, 2]) as u(n)
"""
    project = load({"identity/ids.sql": sql})
    model = next(model for model in project.models if model.name == "identity.ids")
    assert model.reads == ("raw.people", "segments.contacts", "staging.people")
    # A CTE is out of reach of the one before it, and of itself: there the name means a table.
    for sql in (
        "with a as (select person_id from b), b as (select 1 as person_id) select person_id from a",
        "with b as (select person_id from b) select person_id from b",
    ):
        with pytest.raises(ModelError, match="b does not say its schema"):
            load({"identity/ids.sql": f"-- X.\n--\n-- columns:\n--   person_id  key\n{sql}"})
    recursive = "with recursive b as (select 1 as n union all select n + 1 from b where n < 3) select n from b"
    load({"identity/ids.sql": f"-- X.\n--\n-- columns:\n--   n  number\n{recursive}"})


HEADER = "-- X.\n--\n-- columns:\n--   one  number\n"

BROKEN = [
    (
        "staging/x.sql",
        HEADER + "select 1 as one from raw.peple",
        "reads raw.peple, which no file makes: did you mean raw.people",
    ),
    ("staging/x.sql", HEADER + "select 1 as one from people", "people does not say its schema: write <schema>.<table>"),
    ("staging/x.sql", HEADER + "select 1 as one from archives", "archives does not say its schema: write raw.archives"),
    ("staging/x.sql", HEADER + "select 1 as one from a.b.c", "a.b.c names a catalogue"),
    ("staging/x.sql", HEADER + "select 1 as one from read_csv('a.csv')", "reads read_csv"),
    ("staging/x.sql", HEADER + "select 1 as one from parquet_scan('a')", "reads parquet_scan"),
    ("staging/x.sql", HEADER + "select 1 as one from glob('*')", "reads glob"),
    ("staging/x.sql", HEADER + "select 1 as one where exists (from read_text('a'))", "reads read_text"),
    ("staging/x.sql", HEADER + "select 1 as one from 'people.csv'", "reads the file 'people.csv'"),
    ("staging/x.sql", HEADER + 'select 1 as one from "/tmp/people"', "reads the file '/tmp/people'"),
    ("staging/x.sql", HEADER + "select 1 as one from query('from x')", "reads query"),
    ("staging/x.sql", HEADER + "select person_id as one from main.named('Bo')", "calls the macro named"),
    ("staging/x.sql", HEADER + "select 1 as one; select 2 as one", "holds 2 statements"),
    ("staging/x.sql", HEADER + "create table t as select 1 as one", "is not a SELECT"),
    ("staging/x.sql", HEADER + "with w as (insert into raw.people select 1) select 1 as one", "is not a SELECT"),
    ("staging/x.sql", HEADER, "holds no SQL"),
    ("staging/x.sql", HEADER + "select 1 as one from from", "correct the SQL"),
    ("staging/x.sql", HEADER + "select 1 as one, 2 as two", "gives column two, which the header does not have"),
    ("staging/x.sql", HEADER + "select 1 as other", "gives column other, which the header does not have"),
    ("staging/x.sql", HEADER + "select 1 as one, 2 as one", "gives column one twice"),
    ("staging/x.sql", HEADER + "select count(*) from raw.people", "has no name: give it one with AS"),
    ("staging/x.sql", HEADER + "select * from segments.contacts", "gives column owner, which the header does not have"),
    ("staging/x.sql", HEADER + "--   two  more\nselect 1 as one", "does not give column two, which the header has"),
    ("staging/x.sql", HEADER + "--   two\nselect 1 as one, 2 as two", "does not say what column two means"),
    ("staging/x.sql", HEADER + "--   one  again\nselect 1 as one", "gives column one twice"),
    ("staging/x.sql", "-- X.\nselect 1 as one", "names no columns"),
    ("staging/x.sql", "select 1 as one", "begins with no comment"),
    ("staging/x.sql", HEADER + "select len([1]) as one", "line 5: len of a list is refused"),
    ("raw/x.sql", HEADER + "select 1 as one", "no model can make a table in schema raw"),
    ("staging/X-Y.sql", HEADER + "select 1 as one", "named in lower-case words joined by '_'"),
    ("staging/deep/x.sql", HEADER + "select 1 as one", "move the file into a schema's folder"),
    ("x.sql", HEADER + "select 1 as one", "move the file into a schema's folder"),
    ("checks/x.sql", "-- X.\nselect 1 as one", "guards '', which is no model"),
    ("checks/x.sql", "-- X.\n-- guards: raw.people\nselect 1 as one", "guards 'raw.people', which is no model"),
    (
        "checks/x.sql",
        "-- X.\n-- guards: staging.people\nselect 1 as one from marts.contacts",
        "reads marts.contacts, which may not be built yet when staging.people is checked",
    ),
    (
        "macros/x.sql",
        "-- X.\n-- parameters: day date\nselect 1 as one from marts.contacts",
        "did you mean main.contacts",
    ),
    ("macros/x.sql", "-- X.\n-- parameters: day\nselect 1 as one", "the parameter 'day' is not written as"),
    ("macros/x.sql", "-- X.\nselect 1 as one", "the parameter '' is not written as"),
    (
        "tags/Not_A_Tag.sql",
        "-- X.\nselect owner, person_id, 'x' as reason from contacts",
        "lower-case words joined by '-'",
    ),
    ("tags/x.sql", "-- X.\nselect owner, person_id from contacts", "does not give column reason"),
    ("tags/x.sql", "-- X.\nselect owner, person_id, 'x' as reason, 1 as n from contacts", "gives column n"),
    (
        "tags/x.sql",
        "-- X.\nselect owner, person_id, 'x' as reason from staging.people",
        "which a rule cannot: it reads",
    ),
    ("tags/x.sql", "-- X.\nselect * from main.contacts", "gives column full_name"),
]


@pytest.mark.parametrize(("path", "text", "said"), BROKEN, ids=[f"{path}: {said}" for path, _, said in BROKEN])
def test_a_broken_file_is_named_in_one_line(load: Load, path: str, text: str, said: str) -> None:
    with pytest.raises(ModelError) as error:
        load({path: text})
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"sql/{path}: ")
    assert said in line


def test_a_circle_is_named_model_by_model(load: Load) -> None:
    with pytest.raises(ModelError, match=r"a\.one → a\.two → a\.one|a\.two → a\.one → a\.two"):
        load({f"a/{a}.sql": f"{HEADER}select one from a.{b}" for a, b in (("one", "two"), ("two", "one"))})


def test_a_mart_that_needs_tags_and_has_no_stand_in_is_out_of_a_rules_reach(load: Load) -> None:
    tagged = "-- X.\n--\n-- columns:\n--   tag  name\nselect tag from tags.rule_rows"
    rule = "-- X.\nselect owner, person_id, 'x' as reason from contacts, main.contact_tags"
    with pytest.raises(
        ModelError, match=r"reads main\.contact_tags, which a rule cannot: it reads build_info, contacts"
    ):
        load({"marts/contact_tags.sql": tagged, "tags/x.sql": rule})
    with pytest.raises(ModelError, match=r"segments/contact_tags\.sql: gives column one, which sql/marts/contact_tags"):
        load({"marts/contact_tags.sql": tagged, "segments/contact_tags.sql": f"{HEADER}select 1 as one"})


def test_lineage_follows_columns_through_ctes_unions_and_stars(load: Load) -> None:
    sql = """
-- X.
--
-- columns:
--   who    name or key
--   day    newest
--   total  rows
with both as (select * from staging.people union all select owner, slug, name, seen_on from raw.people),
     newest as (select coalesce(full_name, person_id) as who, max(seen_on) over () as day from both where owner = 'x')
select who, (select max(exported_on) from raw.archives) as day, count(*) as total from newest group by who
"""
    lineage = load({"identity/x.sql": sql}).lineage
    assert lineage["identity.x"] == {
        "who": [
            ("raw.people", "name"),
            ("raw.people", "slug"),
            ("staging.people", "full_name"),
            ("staging.people", "person_id"),
        ],
        "day": [("raw.archives", "exported_on")],
        "total": [],
    }
    assert lineage["marts.contacts"]["tags"] == [("tags.rule_rows", "tag")]


def test_a_remembered_project_equals_the_one_read_until_a_file_changes(load: Load, tmp_path: Path) -> None:
    remembered = tmp_path / "home" / "project.json"
    user_rules = {"mine.sql": "select owner, person_id, 'x' as reason from contacts", "bad.sql": "select"}
    first = load(user_rules=user_rules, remembered=remembered)
    again = load(user_rules=user_rules, remembered=remembered)
    assert again == first
    assert [type(value) for value in vars(again).values()] == [type(value) for value in vars(first).values()]
    changed = load({"tags/has-a-name.sql": None}, user_rules, remembered)
    assert [rule.tag for rule in changed.rules] == ["mine"]
    assert load({"tags/has-a-name.sql": None}, {}, remembered).rules == ()
    remembered.write_text("{", encoding="utf-8")
    assert load(user_rules=user_rules, remembered=remembered) == first


def test_a_remembered_project_is_had_without_sqlglot(load: Load, tmp_path: Path) -> None:
    load(remembered=tmp_path / "project.json")
    program = """
import sys
from pathlib import Path
from linkstrata.warehouse.models import load_project
raw = {"people": ["owner", "slug", "name", "seen_on"], "archives": ["owner", "exported_on"]}
project = load_project(Path("sql"), raw, Path("home/tags"), Path("project.json"))
sys.exit(len(project.models) != 4 or "sqlglot" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False).returncode == 0


# -- running ----------------------------------------------------------------------------------------------------------


def test_models_rules_and_checks_run_in_order(load: Load, build: duckdb.DuckDBPyConnection) -> None:
    project = load()
    assert run(build, project) == {}
    assert build.sql("select person_id, full_name, tags from marts.contacts order by all").fetchall() == [
        ("bo", "Bo Berg", ["has-a-name"]),
        ("cy", None, None),
    ]
    assert build.sql("select owner, person_id, tag, reason from tags.rule_rows").fetchall() == [
        ("ada", "bo", "has-a-name", "named Bo Berg")
    ]
    assert run_check(build, project.checks[0]) == 0
    build.execute("insert into marts.contacts from marts.contacts")
    assert run_check(build, project.checks[0]) == 2


def test_a_model_is_replaced_whole_or_not_at_all(load: Load, build: duckdb.DuckDBPyConnection) -> None:
    run(build, load())
    header = "-- X.\n--\n-- columns:\n--   owner  o\n--   person_id  p\n--   full_name  f\n"
    failing = "select owner, person_id, cast(person_id as integer) as full_name from staging.people"
    broken = load({"segments/contacts.sql": header + failing})
    model = next(model for model in broken.models if model.name == "segments.contacts")
    with pytest.raises(ModelError, match=r"^sql/segments/contacts\.sql: Conversion Error: [^\n]*: correct the SQL$"):
        run_model(build, model)
    assert build.sql("select count(*) from segments.contacts").fetchall() == [(2,)]


def test_columns_hidden_by_a_star_are_compared_when_it_runs(load: Load, build: duckdb.DuckDBPyConnection) -> None:
    star = "select * from staging.people as p join raw.archives as a using (owner)"
    project = load({"staging/starred.sql": HEADER + star})
    with pytest.raises(
        ModelError, match="differ in the columns exported_on, full_name, one, owner, person_id, seen_on"
    ):
        run(build, project)
    assert build.sql("select count(*) from duckdb_tables() where table_name = 'starred'").fetchall() == [(0,)]


def test_a_published_model_carries_its_header_as_comments(load: Load, build: duckdb.DuckDBPyConnection) -> None:
    run(build, load())
    comments = "select comment from duckdb_columns() where database_name = 'marts' and table_name = 'build_info'"
    assert build.sql(comments).fetchall() == [("the day, it's fixed",)]
    comments = "select table_name, comment from duckdb_tables() where database_name = 'marts' order by all"
    assert build.sql(comments).fetchall() == [
        ("build_info", "When this was built."),
        ("contacts", "Everyone's contacts."),
    ]


# -- rules of the user's ----------------------------------------------------------------------------------------------

GOOD = "select owner, person_id, 'mine' as reason from contacts"


def rows_of(build: duckdb.DuckDBPyConnection, tag: str) -> list[tuple[str, ...]]:
    found = build.execute("select person_id, reason from tags.rule_rows where tag = ? order by all", [tag])
    return found.fetchall()


@pytest.mark.parametrize(
    "broken",
    [
        "select owner, person_id, nothing as reason from contacts",  # when it runs
        "select owner, person_id, 'x'::integer::varchar as reason from contacts",
        "select owner, person_id, 'x' as reason from read_csv('contacts.csv')",  # when it is loaded
        "select owner, person_id, 'x' as reason from contact_tags",
        "select owner from contacts",
        "selekt",
        "drop table contacts",
        "",
    ],
)
def test_a_broken_rule_of_the_users_keeps_its_last_good_rows_and_says_why(
    load: Load, build: duckdb.DuckDBPyConnection, broken: str
) -> None:
    run(build, load(user_rules={"mine.sql": GOOD, "other.sql": GOOD}))
    build.execute("insert into raw.people values ('ada', 'di', 'Di', date '2024-03-01')")
    problems = run(build, load(user_rules={"mine.sql": broken, "other.sql": GOOD}))
    assert list(problems) == ["tags/mine.sql"]
    (line,) = problems["tags/mine.sql"].splitlines()
    assert line.startswith("tags/mine.sql: ")
    assert rows_of(build, "mine") == [("bo", "mine"), ("cy", "mine")]
    assert rows_of(build, "other") == [("bo", "mine"), ("cy", "mine"), ("di", "mine")]
    assert build.sql("select tag, shipped, problem from tags.rules order by tag").fetchall() == [
        ("has-a-name", True, None),
        ("mine", False, line),
        ("other", False, None),
    ]
    assert build.sql("select count(*) from duckdb_views() where not internal").fetchall() == [(0,)]
    run(build, load(user_rules={"other.sql": GOOD}))
    assert rows_of(build, "mine") == []


def test_a_rule_that_nobody_can_read_or_that_never_ends_stops_nothing(
    load: Load, build: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "RULE_SECONDS", 2.0)
    deep = f"select owner, person_id, 'x' as reason from contacts where {'(' * 5000}true{')' * 5000}"
    endless = """select owner, person_id, 'x' as reason from contacts
        where (select count(*) from unnest(range(10_000_000)) as a, unnest(range(10_000_000)) as b) > 0"""
    sources = load(user_rules={"mine.sql": GOOD, "deep.sql": deep, "endless.sql": endless}).sources
    raw = {table.removeprefix("raw."): columns for table, columns in sources.items() if table.startswith("raw.")}
    rules = tmp_path / "home" / "tags"
    (rules / "folder.sql").mkdir()
    (rules / "gone.sql").symlink_to(tmp_path / "nowhere")
    (rules / "latin.sql").write_bytes(b"-- \xfcber\nselect 1")
    problems = run(build, models.load_project(tmp_path / "sql", raw, rules, tmp_path / "project.json"))
    assert sorted(problems) == [f"tags/{name}.sql" for name in ("deep", "endless", "folder", "gone", "latin")]
    assert "after 2 seconds" in problems["tags/endless.sql"]
    assert all("\n" not in problem for problem in problems.values())
    assert rows_of(build, "mine") == [("bo", "mine"), ("cy", "mine")]


def test_a_broken_shipped_rule_stops_the_build(load: Load, build: duckdb.DuckDBPyConnection) -> None:
    broken = "-- X.\nselect owner, person_id, nothing as reason from contacts"
    with pytest.raises(ModelError, match=r"^sql/tags/x\.sql: Binder Error: .*: correct the SQL$"):
        run(build, load({"tags/x.sql": broken}))


def test_a_user_cannot_replace_a_shipped_rule_and_may_use_all_of_duckdb(
    load: Load, build: duckdb.DuckDBPyConnection
) -> None:
    theirs = "-- Mine.\nselect owner, person_id, max_by(full_name, person_id) as reason from main.contacts group by all"
    project = load(user_rules={"has-a-name.sql": GOOD, "newest.sql": theirs})
    assert list(run(build, project)) == ["tags/has-a-name.sql"]
    assert rows_of(build, "has-a-name") == [("bo", "named Bo Berg")]
    ((problem,),) = build.sql("select problem from tags.rules where tag = 'has-a-name'").fetchall()
    assert problem == "tags/has-a-name.sql: there is a shipped tag has-a-name: give the file another name"
    assert rows_of(build, "newest") == [("bo", "Bo Berg"), ("cy", None)]


def test_a_users_rule_is_named_as_they_like_and_its_name_is_the_tag(
    load: Load, build: duckdb.DuckDBPyConnection
) -> None:
    names = ("at_acme", "VIP", "größe 2", "v1.5")
    marked = f"\N{BYTE ORDER MARK}-- Mine.\n{GOOD}"
    rules = {f"{name}.sql": marked for name in (*names, ".hidden", "a|b", "a  b", "a\nb")}
    project = load(user_rules=rules)
    assert {rule.tag: rule.description for rule in project.rules if not rule.shipped} == dict.fromkeys(names, "Mine.")
    problems = run(build, project)
    assert sorted(problems) == ["tags/.hidden.sql", "tags/a  b.sql", r"tags/a\nb.sql", "tags/a|b.sql"]
    assert rows_of(build, "größe 2") == [("bo", "mine"), ("cy", "mine")]


def test_a_rule_tags_a_person_once_and_nobody_never(load: Load, build: duckdb.DuckDBPyConnection) -> None:
    twice = (
        "with contacts as (select * from contacts) "
        "select owner, person_id, 'b' as reason from contacts union all select owner, person_id, 'a' from contacts "
        "union all select owner, null, 'c' from main.contacts"
    )
    run(build, load(user_rules={"twice.sql": twice}))
    assert rows_of(build, "twice") == [("bo", "a"), ("cy", "a")]


def test_a_digest_names_the_sql_and_not_its_layout(load: Load) -> None:
    def digest(sql: str) -> str:
        return next(rule.digest for rule in load(user_rules={"mine.sql": sql}).rules if rule.tag == "mine")

    assert digest(GOOD) == digest(
        f"-- Now described.\n{GOOD.upper().replace(chr(39) + 'MINE', chr(39) + 'mine')} -- x\n;"
    )
    assert digest(GOOD) != digest(GOOD.replace("'mine'", "'Mine'"))
    assert digest(GOOD) != digest(f"{GOOD} where true")


def test_today_is_never_the_clocks(load: Load) -> None:
    rule = "-- X.\nselect owner, person_id, 'x' as reason from contacts where current_date > date '2024-01-01'"
    with pytest.raises(ModelError, match=r"line 2: the clock is refused: today is marts\.build_info\.today"):
        load({"tags/x.sql": rule})
