"""Since when each rule tag has held: rules are asked again about the export days before the present one.

A rule says who carries a tag now. What it would have said on an earlier export day is found by running it on the
contacts as they stood then (the macro contacts_as_of) and on what was exported by then. A month's new archive adds one
day, which is the present; several at once add the days between. Only files that arrive late, or a changed rule, make
earlier days be asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

import duckdb

from linkstrata.warehouse.connection import time_limit
from linkstrata.warehouse.models import RULE_ROWS, RULE_SECONDS, RULE_SPANS, Project, Rule

RULE_DAYS = "tags.rule_days"
"""For each rule the last export day its spans go up to, and what was known of all days until then."""

MEMBERS = "rule_members"
"""The temporary table of who carries which tag on an earlier day."""

AS_OF = "contacts_as_of"
"""The macro that gives contacts as they stood on a day."""

SHOWN_BY = {
    "export_order": "exported_on <= $day",
    "messages": "first_seen_on <= $day",
    "invitations": "first_seen_on <= $day",
    "acknowledgements": "first_seen_on <= $day",
    "post_engagements": "first_seen_on <= $day",
    "contact_events": "happened_by <= $day",
    "contact_history": "valid_from <= $day",
    "segment_history": "valid_from <= $day",
    "audience_daily": "day <= $day",
    "archives": "exported_on <= $day",
}
"""Which rows of a published table were there on an earlier day. Tables that are not here are the same on every day."""


def keep_since(connection: duckdb.DuckDBPyConnection, project: Project, working: Iterable[Rule]) -> None:
    """Brings tags.rule_spans up to tags.rule_rows: since which export day each rule has held for each person.

    The views that rules read must stand; `working` are the rules that gave their rows in this run.
    """
    connection.execute(
        f"create table if not exists {RULE_SPANS} (owner varchar, person_id varchar, tag varchar, since date)"
    )
    connection.execute(f"create table if not exists {RULE_DAYS} (tag varchar, digest varchar, day date, known varchar)")
    known = _known_by_day(connection)
    days = list(known)
    told = {rule: _last_day(connection, rule, known) for rule in working}
    for rule in (rule for rule, last in told.items() if last is None):
        connection.execute(f"delete from {RULE_SPANS} where tag = ?", [rule.tag])
    if any(macro.name == AS_OF for macro in project.macros):
        for day in days[:-1]:
            asked = [rule for rule, last in told.items() if last is None or last < day]
            if not asked:
                continue
            with as_of(connection, project, day):
                connection.execute(
                    f"create or replace temp table {MEMBERS} (owner varchar, person_id varchar, tag varchar)"
                )
                answered = [rule.tag for rule in asked if _find_members(connection, rule)]
                told |= {rule: days[-1] for rule in asked if rule.tag not in answered}
                _move_on(connection, answered, f"temp.{MEMBERS}", day)
    if days and told:
        _move_on(connection, [rule.tag for rule in told], RULE_ROWS, days[-1])
        connection.execute(
            f"delete from {RULE_DAYS} where list_contains($tags, tag)", {"tags": [rule.tag for rule in told]}
        )
        connection.executemany(
            f"insert into {RULE_DAYS} values (?, ?, ?, ?)",
            [(rule.tag, rule.digest, days[-1], known[days[-1]]) for rule in told],
        )
    connection.execute(f"delete from {RULE_SPANS} where tag not in (select tag from {RULE_ROWS})")


def _find_members(connection: duckdb.DuckDBPyConnection, rule: Rule) -> bool:
    """Adds a rule's members as of the day that the views show to temp.rule_members; False where it asks for what only
    the present knows, or takes too long."""
    try:
        with time_limit(connection, RULE_SECONDS):
            connection.execute(
                f"insert into temp.{MEMBERS} select distinct owner, person_id, ? "
                f"from (\n{rule.sql}\n) where owner is not null and person_id is not null",
                [rule.tag],
            )
        return True
    except duckdb.InterruptException:
        raise
    except duckdb.Error:
        return False


def _known_by_day(connection: duckdb.DuckDBPyConnection) -> Mapping[date, str]:
    """Each export day, in order, with a digest of the archives until then."""
    rows = connection.execute(
        """
        select distinct exported_on, md5(string_agg(archive_id, ',' order by exported_on, archive_id) over (
            order by exported_on range unbounded preceding
        ))
        from raw.archives where owner is not null order by exported_on
        """
    ).fetchall()
    return dict(rows)


def _last_day(connection: duckdb.DuckDBPyConnection, rule: Rule, known: Mapping[date, str]) -> date | None:
    """The day a rule's spans go up to; None where they are of another rule, or of other archives."""
    rows = connection.execute(
        f"select day, known from {RULE_DAYS} where tag = ? and digest = ?", [rule.tag, rule.digest]
    ).fetchall()
    return rows[0][0] if rows and known.get(rows[0][0]) == rows[0][1] else None


def _move_on(connection: duckdb.DuckDBPyConnection, tags: Sequence[str], members: str, day: date) -> None:
    """Takes the spans of rules one day further: who left loses the span, who is new has it since their owner's export.

    `members` is a table of owner, person_id and tag. All rules at once: month by month, rule by rule, takes far longer.
    """
    connection.execute(
        f"""
        delete from {RULE_SPANS} as s
        where list_contains($tags, s.tag)
            and (s.owner, s.person_id, s.tag) not in (select (owner, person_id, tag) from {members})
        """,
        {"tags": tags},
    )
    connection.execute(
        f"""
        insert into {RULE_SPANS}
        select m.owner, m.person_id, m.tag, o.newest
        from {members} as m
        join (
            select owner, max(exported_on) as newest from raw.archives
            where owner is not null and exported_on <= $day group by owner
        ) as o on o.owner = m.owner
        anti join {RULE_SPANS} as s on s.tag = m.tag and s.owner = m.owner and s.person_id = m.person_id
        where list_contains($tags, m.tag)
        """,
        {"tags": tags, "day": day},
    )


@contextmanager
def as_of(connection: duckdb.DuckDBPyConnection, project: Project, day: date) -> Iterator[None]:
    """While it lasts, the views that rules read show an earlier export day, and that day is today; then the present.

    `contacts` has as many of its columns as history knows, and those that are counted from messages.
    """
    macro = next(macro for macro in project.macros if macro.name == AS_OF)
    relations = dict(project.rule_views)
    literal = f"date '{day.isoformat()}'"
    connection.execute(
        "create or replace temp view build_info as "
        f"select * replace ({literal} as today) from {relations['build_info']}"
    )
    for table, shown in SHOWN_BY.items():
        connection.execute(
            f"create or replace temp view {table} as from {relations[table]} where {shown.replace('$day', literal)}"
        )
    connection.execute(f"create or replace temp macro {AS_OF}(day, known_by := null) as table\n{macro.sql}")
    connection.execute(
        """
        create or replace temp table contacts_on_day as
        select a.*,
               coalesce(m.messages_sent, 0) as messages_sent, coalesce(m.messages_received, 0) as messages_received,
               m.first_message_at, m.last_message_at
        from contacts_as_of($day) as a
        left join (
            select owner, person_id,
                   count(*) filter (where direction = 'sent') as messages_sent,
                   count(*) filter (where direction = 'received') as messages_received,
                   min(sent_at) as first_message_at, max(sent_at) as last_message_at
            from temp.messages where person_id is not null group by owner, person_id
        ) as m on m.owner = a.owner and m.person_id = a.person_id
        """,
        {"day": day},
    )
    connection.execute("create or replace temp view contacts as from temp.contacts_on_day")
    try:
        yield
    finally:
        for table, relation in relations.items():
            connection.execute(f"create or replace temp view {table} as from {relation}")
