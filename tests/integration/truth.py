"""Holds a published database against the truth of the synthetic member: one list of differences a table.

Rows are matched by what the outside can see of a contact (address, or name and day of connection), never by person_id,
which the product is free to choose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from linkstrata.sample.life import MIRELA
from linkstrata.sample.requests import FollowerList, Request
from linkstrata.sample.tables import Contact, ContactAsOf, ContactEvent, ContactPeriod, contact_key
from linkstrata.sample.truth import Truth
from linkstrata.warehouse.connection import read_published

CONTACT_COLUMNS = [field.name for field in fields(Contact) if field.name not in ("key", "person")]
PERIOD_COLUMNS = [field.name for field in fields(ContactPeriod) if field.name != "contact"]
EVENT_COLUMNS = [field.name for field in fields(ContactEvent) if field.name not in ("contact", "request")]
AS_OF_COLUMNS = [field.name for field in fields(ContactAsOf) if field.name != "contact"]


def differences(
    published: Path, truth: Truth, archive_ids: Sequence[str], owner: str = MIRELA.slug
) -> dict[str, list[str]]:
    """What the published tables say of an owner otherwise than the truth, by table; empty lists where they agree.

    `archive_ids` are those of the files of the truth's requests, in the same order.
    """
    with read_published(published) as reader:

        def rows(columns: str, table: str) -> list[tuple[Any, ...]]:
            query = f"select {columns} from {table} where owner = ?"
            return reader.execute(query, [owner]).fetchall()

        contacts = rows(f"person_id, {', '.join(CONTACT_COLUMNS)}", "contacts")
        evidence = rows("person_id, direction, state, source, match, archive_id", "follow_evidence")
        days = rows("* exclude (owner)", "audience_daily")
        messages = rows(
            "person_id, conversation_id, direction, sent_at, coalesce(subject, ''), coalesce(content, '')", "messages"
        )
        invitations = rows("person_id, direction, sent_at, coalesce(message, '')", "invitations")
        periods = rows(f"person_id, {', '.join(PERIOD_COLUMNS)}", "contact_history")
        events = rows(f"person_id, {', '.join(EVENT_COLUMNS)}, archive_id", "contact_events")
        segments = rows("person_id, segment, valid_from, valid_to", "segment_history")
    keys: dict[str | None, str | None] = {None: None}
    found: dict[str, dict[str, object]] = {}
    for person_id, *values in contacts:
        row = dict(zip(CONTACT_COLUMNS, values, strict=True))
        key = contact_key(row["profile_url"], row["full_name"], row["connected_on"])
        keys[person_id] = key
        found[key] = row
    history = truth.history
    expected = {
        key: {column: getattr(contact, column) for column in CONTACT_COLUMNS} for key, contact in truth.contacts.items()
    }
    any_conversation = {
        (row.contact, row.sent_at, row.content) for row in truth.messages if row.conversation_id is None
    }
    any_file = {(row.contact, row.direction) for row in truth.follow_evidence if row.request is None}
    return {
        "contacts": _by_key(found, expected),
        "follow_evidence": _as_sets(
            (
                (keys[person], direction, *rest, None if (keys[person], direction) in any_file else archive)
                for person, direction, *rest, archive in evidence
            ),
            (
                (
                    *(row.contact, row.direction, row.state, row.source, row.match),
                    None if row.request is None else archive_ids[row.request],
                )
                for row in truth.follow_evidence
            ),
        ),
        "audience_daily": _as_sets(
            days, (tuple(getattr(day, f.name) for f in fields(day)) for day in truth.audience_daily)
        ),
        "messages": _as_sets(
            (
                (
                    keys[p],
                    None if (keys[p], at, content) in any_conversation else conversation,
                    way,
                    at,
                    subject,
                    content,
                )
                for p, conversation, way, at, subject, content in messages
            ),
            ((m.contact, m.conversation_id, m.direction, m.sent_at, m.subject, m.content) for m in truth.messages),
        ),
        "invitations": _as_sets(
            ((keys[person], *rest) for person, *rest in invitations),
            ((i.contact, i.direction, i.sent_at, i.message) for i in truth.invitations),
        ),
        "contact_history": _as_sets(
            ((keys[person], *rest) for person, *rest in periods),
            ((p.contact, *(getattr(p, column) for column in PERIOD_COLUMNS)) for p in history.contact_history),
        ),
        "contact_events": _as_sets(
            ((keys[person], *rest) for person, *rest in events),
            (
                (e.contact, *(getattr(e, column) for column in EVENT_COLUMNS), archive_ids[e.request])
                for e in history.contact_events
            ),
        ),
        "segment_history": _as_sets(
            ((keys[person], *rest) for person, *rest in segments),
            ((s.contact, s.segment, s.valid_from, s.valid_to) for s in history.segment_history),
        ),
    }


def differences_as_of(
    published: Path,
    truth: Truth,
    day: date,
    known: tuple[Collection[int], datetime] | None = None,
    owner: str = MIRELA.slug,
) -> list[str]:
    """What contacts_as_of says of a day otherwise than the truth; with `known`, by the files of the requests at some
    places, which are those ingested by a time."""
    places, known_by = known or (None, None)
    with read_published(published) as reader:
        contacts = reader.execute(
            "select person_id, profile_url, full_name, connected_on from contacts where owner = ?", [owner]
        ).fetchall()
        found = reader.execute(
            f"select person_id, {', '.join(AS_OF_COLUMNS)} from contacts_as_of(?, known_by => ?) where owner = ?",
            [day, known_by, owner],
        ).fetchall()
    keys = {person: contact_key(*rest) for person, *rest in contacts}
    return _by_key(
        {keys[person]: dict(zip(AS_OF_COLUMNS, values, strict=True)) for person, *values in found},
        {
            key: {column: getattr(row, column) for column in AS_OF_COLUMNS}
            for key, row in truth.history.as_of(day, places).items()
        },
    )


def published_rows(published: Path) -> dict[str, Counter[Hashable]]:
    """Every published table, whose rows are counted, with each person named by the smallest of their keys and without
    what tells when files came: two homes that were given the same files have the same."""
    left_out = {"ingested_at", "built_at"}
    with read_published(published) as reader:
        named: dict[object, object] = dict(
            reader.execute("select person_id, min(person_key) from person_keys group by person_id").fetchall()
        )
        tables: dict[str, list[str]] = {}
        for table, column in reader.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'main' and not internal"
        ).fetchall():
            tables.setdefault(table, []).append(column)
        rows: dict[str, Counter[Hashable]] = {}
        for table in tables.keys() - {"person_aliases", "person_keys"}:
            columns = sorted(column for column in tables[table] if column not in left_out)
            found = reader.execute(f"select {', '.join(columns)} from {table}").fetchall()
            rows[table] = Counter(
                tuple(
                    named.get(value, value) if column.endswith("person_id") else str(value)
                    for column, value in zip(columns, row, strict=True)
                )
                for row in found
            )
    return rows


def declared_complete(request: Request) -> bool:
    """Whether the user says --complete of the file."""
    return isinstance(request, FollowerList) and request.declared_complete


def _by_key(found: dict[str, dict[str, object]], expected: dict[str, dict[str, object]]) -> list[str]:
    said = [f"not expected: {key}: {found[key]}" for key in sorted(found.keys() - expected.keys())]
    said += [f"missing: {key}: {expected[key]}" for key in sorted(expected.keys() - found.keys())]
    for key in sorted(found.keys() & expected.keys()):
        said += [
            f"{key}: {column} is {found[key][column]!r}, expected {value!r}"
            for column, value in expected[key].items()
            if found[key][column] != value
        ]
    return said


def _as_sets(found: Iterable[Hashable], expected: Iterable[Hashable]) -> list[str]:
    have, want = Counter(found), Counter(expected)
    return [f"not expected: {row}" for row in (have - want).elements()] + [
        f"missing: {row}" for row in (want - have).elements()
    ]
