"""A small project of SQL files for a test to change, and a build of its raw tables."""

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pytest

from linkstrata.warehouse.models import Project, load_project

RAW_COLUMNS = {"people": ["owner", "slug", "name", "seen_on"], "archives": ["owner", "exported_on"]}

FILES = {
    "staging/people.sql": """
-- One row per person
-- that a file names.
--
-- Doubles are gone.
--
-- columns:
--   owner      whose files name them
--   person_id  names a person,
--              for good
--   full_name  as the file gives it
--   seen_on    the day of the file
select distinct owner, slug as person_id, name as full_name, seen_on from raw.people;
""",
    "segments/contacts.sql": """
-- The people without their tags.
--
-- columns:
--   owner      whose contact
--   person_id  key
--   full_name  name
with newest as (select owner, person_id, max(seen_on) as seen_on from staging.people group by owner, person_id)
select p.owner, p.person_id, p.full_name from staging.people as p join newest using (owner, person_id, seen_on)
""",
    "marts/contacts.sql": """
-- Everyone's contacts.
--
-- columns:
--   owner      whose contact
--   person_id  key
--   full_name  name
--   tags       sorted
select c.owner, c.person_id, c.full_name, list_sort(list(r.tag) filter (where r.tag is not null)) as tags
from segments.contacts as c
left join tags.rule_rows as r on r.owner = c.owner and r.person_id = c.person_id
group by c.owner, c.person_id, c.full_name
""",
    "marts/build_info.sql": """
-- When this was built.
--
-- columns:
--   today  the day, it's fixed
select date '2024-05-01' as today
""",
    "tags/has-a-name.sql": """
-- Whoever has a name.
select owner, person_id, 'named ' || full_name as reason from main.contacts where full_name is not null
""",
    "checks/one_row_a_person.sql": """
-- No person twice.
-- guards: marts.contacts
select owner, person_id from marts.contacts group by owner, person_id having count(*) > 1
""",
    "macros/named.sql": """
-- The contacts of a name, a number of days on.
-- parameters: name varchar, days integer = 7
select c.person_id, b.today + days as day from main.contacts as c cross join main.build_info as b
where c.full_name = name
""",
}

RAW_ROWS = """
create schema raw;
create table raw.people as from (values
    ('ada', 'bo', 'Bo Old', date '2024-01-01'), ('ada', 'bo', 'Bo Berg', date '2024-02-01'),
    ('ada', 'cy', null, date '2024-02-01'), ('ada', 'cy', null, date '2024-02-01')
) as p(owner, slug, name, seen_on);
create table raw.archives as from (values ('ada', date '2024-02-01')) as a(owner, exported_on);
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Project]:
    """Writes FILES, with changes over them (None takes one away) and rules of the user's, and loads the project."""

    def write(folder: Path, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text.lstrip("\n"), encoding="utf-8")

    def load(
        changes: Mapping[str, str | None] | None = None,
        user_rules: Mapping[str, str] | None = None,
        remembered: Path | None = None,
    ) -> Project:
        files = FILES | dict(changes or {})
        for path in (tmp_path / "sql").rglob("*.sql"):
            path.unlink()
        for path in (tmp_path / "home" / "tags").glob("*.sql"):
            path.unlink()
        write(tmp_path / "sql", {path: text for path, text in files.items() if text is not None})
        write(tmp_path / "home" / "tags", user_rules or {})
        return load_project(tmp_path / "sql", RAW_COLUMNS, tmp_path / "home" / "tags", remembered)

    return load


@pytest.fixture
def build() -> duckdb.DuckDBPyConnection:
    """A build in memory with its raw rows, and a file being published beside it."""
    connection = duckdb.connect()
    connection.execute(RAW_ROWS)
    connection.execute("attach ':memory:' as marts")
    return connection
