"""Saved filters as segments: who is in each of them now, and who was in it since when, in the file being published.

A segment is asked of the contacts at each build and edit. Of the days before it was saved it is asked as well, of every
export day, on the contacts as they stood then, as far as it asks for nothing that only the present knows, such as tags.
What was found is carried from one published file to the next; only export days about which files say something new are
asked again. What a filter means is for linkstrata.filters, keeping it for linkstrata.curation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from linkstrata.filters import FilterError, asks_of_the_present, describe, parse, to_sql
from linkstrata.warehouse.connection import LockedDown, QueryRefused, TooSlow, time_limit
from linkstrata.warehouse.models import MARTS, Project, first_line, quoted
from linkstrata.warehouse.rule_history import AS_OF, SHOWN_BY, as_of

SECONDS = 60.0
"""How long one segment may take to ask, so that none keeps a build from its end."""

FIRST_DAY = date(1, 1, 1)

SEGMENTS = f"{MARTS}.main.saved_segments"
HISTORY = f"{MARTS}.main.saved_segment_history"
OPEN = "date '9999-12-31'"

_TABLES: Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]] = {
    SEGMENTS: (
        "Saved filters: questions with a name. Who is in them now is in saved_segment_history, with an open end.",
        {
            "segment": ("varchar", "its name"),
            "question": ("varchar", "what is asked, in words, or the predicate in SQL"),
            "description": ("varchar", "what it is for, as it was typed"),
            "filter": ("varchar", "the filter in its JSON form; NULL where it was saved as SQL"),
            "predicate": ("varchar", "the SQL over contacts that it was saved as; NULL where it is a filter"),
            "members": ("bigint", "how many contacts are in it"),
            "saved_at": ("timestamp", "when the question was saved, UTC"),
            "asked_from": ("date", "the first day of which it was asked; members since then may be members for longer"),
            "asked_on": ("date", "the day on which it was asked last"),
            "problem": ("varchar", "why it can't be asked; the members it had last stay"),
            "digest": ("varchar", "names the question's version"),
        },
    ),
    HISTORY: (
        "Who was in which saved segment, and when. Each is asked of every export day that can tell, and at builds.",
        {
            "segment": ("varchar", "the saved segment"),
            "owner": ("varchar", "slug of the member"),
            "person_id": ("varchar", "the contact"),
            "valid_from": ("date", "the first day on which it was asked and they were in it"),
            "valid_to": ("date", "the day on which it was asked and they no longer were; 9999-12-31 while they are"),
        },
    ),
}


@dataclass(frozen=True)
class _Saved:
    """One saved filter as it was typed."""

    segment: str
    filter: str | None
    predicate: str | None
    description: str | None
    saved_at: datetime

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr((self.filter, self.predicate)).encode()).hexdigest()[:16]

    @property
    def question(self) -> str:
        try:
            return describe(parse(self.filter)) if self.filter else str(self.predicate)
        except FilterError:
            return str(self.filter)

    @property
    def asks_of_the_present(self) -> bool:
        try:
            return self.filter is not None and asks_of_the_present(parse(self.filter))
        except FilterError:
            return False


@dataclass(frozen=True)
class _Asked:
    """Of which days a version of a segment was asked: the first and the last."""

    digest: str
    first: date
    last: date


def publish_saved_segments(
    connection: duckdb.DuckDBPyConnection, project: Project, today: date, previous: str | None
) -> None:
    """Fills saved_segments and saved_segment_history in the file being published, which has all marts by now.

    `previous` is the catalogue under which the file published before is attached: `marts` where a copy of it is being
    amended; None without one. `today` is the day on which is asked. A segment that cannot be asked keeps its last
    members, and the reason is in its problem: none ever stops a build.
    """
    saved = [
        _Saved(*row)
        for row in connection.execute(
            "select segment, filter, predicate, description, saved_at from curation.saved_filters order by segment"
        ).fetchall()
    ]
    known = _carry_over(connection, previous if saved else None)
    for table, (description, columns) in _TABLES.items():
        declared = ", ".join(f"{name} {kind}" for name, (kind, _) in columns.items())
        connection.execute(f"create or replace table {table} ({declared})")
        connection.execute(f"comment on table {table} is {quoted(description)}")
        for name, (_, meaning) in columns.items():
            connection.execute(f"comment on column {table}.{name} is {quoted(meaning)}")
    if not saved:
        return
    _follow_new_names(connection, saved, known)
    asked = {one.segment: known[one.segment] for one in saved if _is_known(one, known)}
    _forget_others(connection, asked)
    first = _ask_of_earlier_days(connection, project, saved, asked, _stale_from(connection, previous, asked), today)
    with _published_tables(connection):
        ((as_today,),) = connection.execute("select today from build_info").fetchall()
        for one in saved:
            last, problem = today, _find_members(connection, one, as_today)
            if problem is None:
                _reopen(connection, one.segment, today)
                _move_on(connection, one.segment, today)
            elif one.segment in asked:
                last = asked[one.segment].last
            connection.execute(
                f"insert into {SEGMENTS} select $segment, $question, $description, $filter, $predicate, "
                f"(select count(*) from spans where segment = $segment and valid_to = {OPEN}), "
                "$saved_at, $first, $last, $problem, $digest",
                {
                    "segment": one.segment,
                    "question": one.question,
                    "description": one.description,
                    "filter": one.filter,
                    "predicate": one.predicate,
                    "saved_at": one.saved_at,
                    "first": first.get(one.segment, today),
                    "last": last,
                    "problem": problem,
                    "digest": one.digest,
                },
            )
    connection.execute(
        f"insert into {HISTORY} from spans semi join {MARTS}.main.contacts using (owner, person_id) order by all"
    )


# -- what is known from before ----------------------------------------------------------------------------------------


def _carry_over(connection: duckdb.DuckDBPyConnection, previous: str | None) -> dict[str, _Asked]:
    """Keeps the spans known before in temp.spans, under the ids that people have now."""
    connection.execute(
        "create or replace temp table spans "
        "(segment varchar, owner varchar, person_id varchar, valid_from date, valid_to date)"
    )
    if previous is None or "saved_segments" not in _tables(connection, previous):
        return {}
    # Of people who have become one the spans that touch are one.
    connection.execute(
        f"""
        insert into spans
        with named as (
            select h.segment, h.owner, coalesce(a.person_id, h.person_id) as person_id, h.valid_from, h.valid_to
            from {previous}.main.saved_segment_history as h
            left join {MARTS}.main.person_aliases as a on a.alias_id = h.person_id
        ),
        reached as (
            select *, max(valid_to) over (
                partition by segment, owner, person_id order by valid_from, valid_to
                rows between unbounded preceding and 1 preceding
            ) as reach
            from named
        ),
        numbered as (
            select *, count(*) filter (where reach is null or reach < valid_from) over (
                partition by segment, owner, person_id order by valid_from, valid_to
                rows between unbounded preceding and current row
            ) as number
            from reached
        )
        select segment, owner, person_id, min(valid_from), max(valid_to)
        from numbered group by segment, owner, person_id, number
        """
    )
    rows = connection.execute(
        f"select segment, digest, asked_from, asked_on from {previous}.main.saved_segments"
    ).fetchall()
    return {segment: _Asked(digest, first, last) for segment, digest, first, last in rows}


def _follow_new_names(connection: duckdb.DuckDBPyConnection, saved: Sequence[_Saved], known: dict[str, _Asked]) -> None:
    """Takes along what is known of a segment that is called something else now: one that asks the same, and is new."""
    names = {one.segment for one in saved}
    for one in saved:
        before = [name for name, asked in known.items() if name not in names and asked.digest == one.digest]
        if one.segment not in known and before:
            known[one.segment] = known.pop(before[0])
            connection.execute("update spans set segment = ? where segment = ?", [one.segment, before[0]])


def _is_known(one: _Saved, known: Mapping[str, _Asked]) -> bool:
    return one.segment in known and known[one.segment].digest == one.digest


def _forget_others(connection: duckdb.DuckDBPyConnection, asked: Mapping[str, _Asked]) -> None:
    connection.execute("delete from spans where not list_contains($kept, segment)", {"kept": list(asked)})


def _stale_from(
    connection: duckdb.DuckDBPyConnection, previous: str | None, asked: Mapping[str, _Asked]
) -> date | None:
    """The first export day about which files, or who is who, say something else than they did; None if there is none.

    People who became one are no reason: their spans are joined. People who were split are: nobody knows whose is what.
    """
    if not asked or previous in (None, MARTS):
        return None
    ((split,),) = connection.execute(
        f"select count(*) from {previous}.main.person_aliases as p "
        f"anti join {MARTS}.main.person_aliases as n on n.alias_id = p.alias_id"
    ).fetchall()
    ((changed,),) = connection.execute(
        f"""
        select min(coalesce(p.exported_on, n.exported_on))
        from {previous}.main.archives as p
        full join {MARTS}.main.archives as n
            on n.archive_id = p.archive_id and n.exported_on = p.exported_on and n.owner = p.owner
        where p.archive_id is null or n.archive_id is null
        """
    ).fetchall()
    return FIRST_DAY if split else changed


# -- asking -----------------------------------------------------------------------------------------------------------


def _ask_of_earlier_days(
    connection: duckdb.DuckDBPyConnection,
    project: Project,
    saved: Sequence[_Saved],
    asked: Mapping[str, _Asked],
    stale_from: date | None,
    today: date,
) -> dict[str, date]:
    """Asks each segment of the export days of which it was not asked yet, or which are told anew; gives first days."""
    first = {segment: days.first for segment, days in asked.items()}
    has_history = any(macro.name == AS_OF for macro in project.macros) and SHOWN_BY.keys() <= project.rule_views.keys()
    if not has_history or (stale_from is None and len(asked) == len(saved)):
        return first
    days = [
        row[0]
        for row in connection.execute(
            f"select distinct exported_on from {MARTS}.main.archives "
            "where owner is not null and exported_on < ? order by 1",
            [today],
        ).fetchall()
    ]
    untold = {one.segment for one in saved if one.asks_of_the_present}
    begun: set[str] = set()
    for table, relation in project.rule_views.items():
        connection.execute(f"create or replace temp view {table} as from {relation}")
    try:
        for day in days:
            asking = [
                one
                for one in saved
                if one.segment not in untold and (one.segment not in asked or (stale_from and stale_from <= day))
            ]
            if asking:
                with as_of(connection, project, day):
                    _add_segment_since(connection, day)
                    for one in asking:
                        if _find_members(connection, one, day) is not None:
                            untold.add(one.segment)
                            continue
                        if one.segment not in begun:
                            _reopen(connection, one.segment, min(day, stale_from or day))
                            begun.add(one.segment)
                        _move_on(connection, one.segment, day)
                        first[one.segment] = min(day, first.get(one.segment, day))
    finally:
        for table in project.rule_views:
            connection.execute(f"drop view if exists temp.{table}")
    return first


def _add_segment_since(connection: duckdb.DuckDBPyConnection, day: date) -> None:
    """Has `contacts`, as they stood on a day, say since when they were in their segment, as the published ones do."""
    literal = f"date '{day.isoformat()}'"
    connection.execute(
        "create or replace temp view contacts as select c.*, h.valid_from as segment_since from contacts_on_day as c "
        "left join segment_history as h on h.owner = c.owner and h.person_id = c.person_id "
        f"and h.valid_from <= {literal} and h.valid_to > {literal}"
    )


@contextmanager
def _published_tables(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """While it lasts, every published table answers to its name alone, as it does for readers."""
    names = _tables(connection, MARTS)
    for name in names:
        connection.execute(f'create or replace temp view "{name}" as from {MARTS}.main."{name}"')
    try:
        yield
    finally:
        for name in names:
            connection.execute(f'drop view if exists temp."{name}"')


def _tables(connection: duckdb.DuckDBPyConnection, catalogue: str) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = 'main'", [catalogue]
    ).fetchall()
    return [row[0] for row in rows]


def _find_members(connection: duckdb.DuckDBPyConnection, one: _Saved, day: date) -> str | None:
    """Puts a segment's members as of a day into temp.members; gives the reason where it cannot be asked."""
    try:
        values: dict[str, object] = {}
        if one.filter is not None:
            predicate, values = to_sql(parse(one.filter), day)
            query = f"select owner, person_id from contacts where {predicate}"
        else:
            query = LockedDown(connection).contacts_where("owner, person_id", str(one.predicate))
        with time_limit(connection, SECONDS):
            connection.execute(
                f"create or replace temp table members as select distinct owner, person_id from (\n{query}\n) as m "
                "semi join contacts using (owner, person_id)",
                values,
            )
        return None
    except TooSlow as error:
        return str(error)
    except duckdb.InterruptException:
        raise
    except (duckdb.Error, FilterError, QueryRefused) as error:
        return first_line(error)


def _reopen(connection: duckdb.DuckDBPyConnection, segment: str, day: date) -> None:
    """Takes back what was said of a segment on a day or later."""
    values = {"segment": segment, "day": day}
    connection.execute("delete from spans where segment = $segment and valid_from >= $day", values)
    connection.execute(f"update spans set valid_to = {OPEN} where segment = $segment and valid_to >= $day", values)


def _move_on(connection: duckdb.DuckDBPyConnection, segment: str, day: date) -> None:
    """Takes a segment's spans to a day on which temp.members are in it."""
    values = {"segment": segment, "day": day}
    connection.execute(
        f"""
        update spans set valid_to = $day
        where segment = $segment and valid_to = {OPEN} and not exists (
            select 1 from members as m where m.owner = spans.owner and m.person_id = spans.person_id
        )
        """,
        values,
    )
    connection.execute(
        f"""
        insert into spans
        select $segment, m.owner, m.person_id, $day, {OPEN}
        from members as m
        anti join spans as s
            on s.segment = $segment and s.valid_to = {OPEN} and s.owner = m.owner and s.person_id = m.person_id
        """,
        values,
    )
