"""Rules about what happened between the owner and a contact, on people made for their edges."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from linkstrata.settings import project_root

TABLES = """
    create table build_info as select date '2026-12-01' as today;
    create table contacts (
        owner varchar, person_id varchar, position varchar, is_connection boolean, follows_me varchar,
        messages_sent bigint, messages_received bigint, last_message_at timestamp
    );
    create table contact_events (
        owner varchar, person_id varchar, event varchar, old_value varchar, new_value varchar, happened_by date
    );
    create table messages (owner varchar, person_id varchar, direction varchar, sent_at timestamp);
    create table invitations (owner varchar, person_id varchar, direction varchar, sent_at timestamp);
    create table acknowledgements (owner varchar, person_id varchar, kind varchar);
    create table post_engagements (owner varchar, person_id varchar, post_url varchar);
    create table roles (owner varchar, person_id varchar, position varchar, seniority varchar);
"""


@pytest.fixture
def people() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield connection


def carriers(people: duckdb.DuckDBPyConnection, tag: str) -> dict[str, str]:
    """Who carries a tag, and why."""
    sql = (project_root() / "sql" / "tags" / f"{tag}.sql").read_text(encoding="utf-8")
    rows = people.execute(f"select person_id, reason from (\n{sql}\n) where owner = 'ada'").fetchall()
    assert len(rows) == len({person for person, _ in rows})
    return dict(rows)


def add(people: duckdb.DuckDBPyConnection, table: str, *rows: tuple[object, ...]) -> None:
    for row in rows:
        people.execute(f"insert into {table} values ('ada'{', ?' * len(row)})", row)


def test_who_changed_job_recently_did_so_within_90_days(people: duckdb.DuckDBPyConnection) -> None:
    add(
        people,
        "contact_events",
        ("new", "company_changed", "Acme", "Borealis", "2026-11-30"),
        ("first", "position_changed", None, "Founder", "2026-09-02"),
        ("old", "company_changed", "Acme", "Borealis", "2026-09-01"),
        ("named", "name_changed", "Bo", "Bob", "2026-11-30"),
    )
    assert carriers(people, "changed-job-recently") == {
        "new": "by 2026-11-30: Acme → Borealis",
        "first": "by 2026-09-02: nothing → Founder",
    }


def test_who_has_gone_quiet_was_close_and_is_silent_for_a_year(people: duckdb.DuckDBPyConnection) -> None:
    add(
        people,
        "contacts",
        ("close", None, True, "yes", 3, 7, "2025-11-30 10:00"),
        ("day short", None, True, "yes", 5, 5, "2025-12-01 10:00"),
        ("one-sided", None, True, "yes", 2, 8, "2025-01-01 10:00"),
        ("few", None, True, "yes", 4, 5, "2025-01-01 10:00"),
        ("left", None, False, "yes", 5, 5, "2025-01-01 10:00"),
    )
    assert carriers(people, "gone-quiet") == {"close": "3 sent, 7 received, the last on 2025-11-30"}


def test_an_answer_is_owed_to_who_wrote_last_in_a_talk_of_late(people: duckdb.DuckDBPyConnection) -> None:
    add(
        people,
        "messages",
        *(("waits", "sent", "2026-01-01"), ("waits", "received", "2026-09-02 08:00")),
        *(("too long", "sent", "2026-01-01"), ("too long", "received", "2026-09-01")),
        *(("answered", "received", "2026-11-01"), ("answered", "sent", "2026-11-02")),
        *(("stranger", "received", "2026-11-01"), (None, "received", "2026-11-01"), (None, "sent", "2026-01-01")),
    )
    assert carriers(people, "i-owe-an-answer") == {"waits": "wrote on 2026-09-02"}


def test_who_invited_me_is_a_connection_and_sent_the_newest_invitation(people: duckdb.DuckDBPyConnection) -> None:
    add(
        people,
        "contacts",
        *((name, None, name != "pending", "assumed", 0, 0, None) for name in ("asked", "both", "was asked", "pending")),
    )
    add(
        people,
        "invitations",
        *(("asked", "incoming", "2026-01-05 09:00"), ("pending", "incoming", "2026-11-05 09:00")),
        *(("both", "incoming", "2026-01-05 09:00"), ("both", "outgoing", "2026-01-06 09:00")),
        *(("was asked", "outgoing", "2026-01-05 09:00"), (None, "incoming", "2026-01-05 09:00")),
    )
    assert carriers(people, "invited-me") == {"asked": "invited the owner on 2026-01-05"}


def test_endorsements_given_or_of_nobody_known_tag_nobody(people: duckdb.DuckDBPyConnection) -> None:
    add(
        people,
        "acknowledgements",
        *(("twice", "endorsement_received"), ("twice", "endorsement_received"), (None, "endorsement_received")),
        *(("by me", "endorsement_given"), ("in words", "recommendation_received")),
    )
    assert carriers(people, "endorsed-me") == {"twice": "skills endorsed: 2"}


def test_who_follows_and_engages_is_proved_to_follow(people: duckdb.DuckDBPyConnection) -> None:
    states = (("fan", "yes"), ("assumed", "assumed"), ("silent", "yes"))
    add(people, "contacts", *((name, None, False, state, 0, 0, None) for name, state in states))
    posts = (("fan", "a"), ("fan", "b"), ("fan", "b"), ("assumed", "a"), (None, "a"))
    add(people, "post_engagements", *posts)
    assert carriers(people, "follows-and-engages") == {"fan": "2 posts liked or commented on"}


def test_who_decides_does_so_by_the_title_of_the_day(people: duckdb.DuckDBPyConnection) -> None:
    roles = (("boss", "CEO", "executive"), ("was junior", "CEO", "executive"), ("head", "Head of X", "director"))
    add(people, "roles", *roles)
    add(
        people,
        "contacts",
        *(
            (name, title, True, "yes", 0, 0, None)
            for name, title in (("boss", "CEO"), ("was junior", "Clerk"), ("head", "Head of X"))
        ),
    )
    assert carriers(people, "decision-maker") == {"boss": "CEO"}
