"""Holds a published database against the truth of the synthetic member: one list of differences a table.

Rows are matched by what the outside can see of a contact (address, or name and day of connection), never by person_id,
which the product is free to choose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import fields
from pathlib import Path

from linkstrata.sample.requests import FollowerList, Request
from linkstrata.sample.tables import Contact, contact_key
from linkstrata.sample.truth import Truth
from linkstrata.warehouse.connection import read_published

CONTACT_COLUMNS = [field.name for field in fields(Contact) if field.name not in ("key", "person")]


def differences(published: Path, truth: Truth, archive_ids: Sequence[str]) -> dict[str, list[str]]:
    """What the published tables say otherwise than the truth, by table; empty lists where they agree.

    `archive_ids` are those of the files of the truth's requests, in the same order.
    """
    with read_published(published) as reader:
        contacts = reader.execute(f"select person_id, {', '.join(CONTACT_COLUMNS)} from contacts").fetchall()
        evidence = reader.execute(
            "select person_id, direction, state, source, match, archive_id from follow_evidence"
        ).fetchall()
        days = reader.execute("select * exclude (owner) from audience_daily").fetchall()
        messages = reader.execute(
            "select person_id, conversation_id, direction, sent_at, coalesce(subject, ''), coalesce(content, '') from messages"
        ).fetchall()
        invitations = reader.execute(
            "select person_id, direction, sent_at, coalesce(message, '') from invitations"
        ).fetchall()
    keys: dict[str | None, str | None] = {None: None}
    found: dict[str, dict[str, object]] = {}
    for person_id, *values in contacts:
        row = dict(zip(CONTACT_COLUMNS, values, strict=True))
        key = contact_key(row["profile_url"], row["full_name"], row["connected_on"])
        keys[person_id] = key
        found[key] = row
    expected = {
        key: {column: getattr(contact, column) for column in CONTACT_COLUMNS} for key, contact in truth.contacts.items()
    }
    any_conversation = {(row.contact, row.sent_at, row.content) for row in truth.messages if row.conversation_id is None}
    any_file = {(row.contact, row.direction) for row in truth.follow_evidence if row.request is None}
    return {
        "contacts": _by_key(found, expected),
        "follow_evidence": _as_sets(
            (
                (keys[person], direction, *rest, None if (keys[person], direction) in any_file else archive)
                for person, direction, *rest, archive in evidence
            ),
            (
                (row.contact, row.direction, row.state, row.source, row.match)
                + (None if row.request is None else archive_ids[row.request],)
                for row in truth.follow_evidence
            ),
        ),
        "audience_daily": _as_sets(
            days, (tuple(getattr(day, f.name) for f in fields(day)) for day in truth.audience_daily)
        ),
        "messages": _as_sets(
            (
                (keys[p], None if (keys[p], at, content) in any_conversation else conversation, way, at, subject, content)
                for p, conversation, way, at, subject, content in messages
            ),
            ((m.contact, m.conversation_id, m.direction, m.sent_at, m.subject, m.content) for m in truth.messages),
        ),
        "invitations": _as_sets(
            ((keys[person], *rest) for person, *rest in invitations),
            ((i.contact, i.direction, i.sent_at, i.message) for i in truth.invitations),
        ),
    }


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
