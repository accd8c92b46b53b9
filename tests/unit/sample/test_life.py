"""The made-up life: the same from the same seed, as big as asked for, and free of what could not happen."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from linkstrata.sample.life import OWNER, Life
from linkstrata.sample.naming import full_name, matching_name


@pytest.fixture(scope="module")
def life() -> Life:
    return Life(seed=3, connections=400)


def test_the_seed_decides_everything() -> None:
    first, again, other = Life(5, 60), Life(5, 60), Life(6, 60)
    assert (first.people, first.messages) == (again.people, again.messages)
    assert first.people != other.people


@pytest.mark.parametrize(("connections", "messages"), [(0, 20), (50, 100), (150, 900)])
def test_there_are_as_many_connections_as_asked_for(connections: int, messages: int) -> None:
    life = Life(1, connections, messages=messages)
    assert sum(person.connection(life.end) is not None for person in life.people) == connections
    assert connections == 0 or len(life.messages) == messages


def test_every_kind_of_change_happens(life: Life) -> None:
    people = life.people[1:]
    spells = [spell for person in people for spell in person.connections]
    assert any(len(person.connections) > 1 for person in people), "nobody came back"
    assert any(spell.ended_on for spell in spells), "nobody left"
    assert any(spell.purged_on for spell in spells), "no hidden row disappeared"
    assert any(person.closed_on for person in people), "nobody closed an account"
    assert any(len(person.slugs) > 1 for person in people), "nobody changed the address"
    assert any(len(person.names) > 1 for person in people), "nobody changed the name"
    assert any(len(person.names) > 1 and len(person.slugs) > 1 and person.email for person in people), "nobody married"
    assert any(person.follows_member and not person.connections for person in people), "nobody only follows"
    assert any(not active for person in people for _, active in person.followed_by_member), "nobody was unfollowed"
    names = Counter(matching_name(full_name(*person.names[0][1])) for person in people)
    assert max(names.values()) > 1, "no two people share a name"
    assert any("," in person.names[0][1][1] for person in people), "nobody shows credentials"
    assert any(not slug.isascii() for person in people for _, slug in person.slugs), "every address is ASCII"


def test_nobody_is_connected_twice_at_once_nor_namesakes_on_one_day(life: Life) -> None:
    connected: dict[tuple[str, date], set[int]] = defaultdict(set)
    for person in life.people:
        for before, after in zip(person.connections, person.connections[1:], strict=False):
            assert before.ended_on is not None
            assert before.ended_on < after.connected_on
        for spell in person.connections:
            for _, name in person.names:
                connected[matching_name(full_name(*name)), spell.connected_on].add(person.number)
    assert all(len(people) == 1 for people in connected.values())


def test_addresses_are_nobody_elses_and_only_people_who_stay_change_them(life: Life) -> None:
    slugs = [slug for person in life.people for _, slug in person.slugs]
    assert len(slugs) == len(set(slugs))
    for person in life.people:
        if len(person.slugs) > 1:
            assert person.closed_on is None
            assert person.connections[-1].ended_on is None


def test_closed_accounts_neither_write_nor_follow(life: Life) -> None:
    for message in life.messages:
        if message.sender not in (None, OWNER):
            closed_on = life.people[message.sender].closed_on
            assert closed_on is None or datetime.fromtimestamp(message.sent_at, UTC).date() < closed_on
    closed = [person for person in life.people if person.closed_on]
    assert closed
    assert not any(person.follows(person.closed_on) for person in closed if person.closed_on)


def test_no_two_messages_of_a_conversation_are_the_same_in_second_and_words(life: Life) -> None:
    seen = Counter((message.conversation, message.sent_at, life.text(message.serial)) for message in life.messages)
    assert max(seen.values()) == 1
    seconds = Counter((message.conversation, message.sent_at) for message in life.messages)
    assert max(seconds.values()) == 2, "two messages within one second ought to happen"


def test_follower_totals_are_what_the_gains_and_losses_come_to(life: Life) -> None:
    by_day = life.followers_by_day()
    for days_ago in (0, 1, 40, 333, 1200):
        day = life.end - timedelta(days_ago)
        assert by_day[day][0] == life.followers(day)
        began = [
            person
            for person in life.people
            for since, until in person.follows_member
            if since == day and since != until and not person.closed(since)
        ]
        assert by_day[day][1] == len(began)
