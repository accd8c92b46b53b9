"""The truth of a sample: by hand for a small network, and by what must always hold for made-up ones."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from linkstrata.sample.life import OWNER, Connection, Conversation, Life, Message, PendingInvitation, Person
from linkstrata.sample.requests import Archive, Contents, FollowerList, Keyed, Layout, Request, Workbook
from linkstrata.sample.samples import sample_requests
from linkstrata.sample.tables import Contact
from linkstrata.sample.truth import Truth
from linkstrata.sample.writing import write

AUTUMN, SPRING = date(2025, 9, 1), date(2026, 3, 1)
LISTED = date(2026, 2, 28)
ADDRESS = "https://www.linkedin.com/in/"


def connected(on: date, until: date | None = None) -> Connection:
    return Connection(on, True, datetime(on.year, on.month, on.day, 7) - timedelta(1), "", until)


def somebody(number: int, first: str, last: str, *spells: Connection, follows: date | None = None) -> Person:
    since = date(2020, 1, 1)
    slug = f"{first}-{last}-{number}".lower()
    person = Person(number, [(since, (first, last))], [(since, slug)], [(since, ("Umbra", "Analyst"))])
    person.connections = list(spells)
    person.follows_member = [(follows, None)] if follows else []
    return person


@pytest.fixture(scope="module")
def small() -> Life:
    """Nine people, each with one thing that happened to them between two archives."""
    life = Life(1, 0, messages=0, end=SPRING)
    ann = somebody(1, "Ann", "Aro", connected(date(2025, 1, 10)), follows=date(2025, 1, 10))
    ann.slugs.append((date(2025, 11, 1), "ann-anew"))
    ann.jobs.append((date(2025, 11, 5), ("", "Lead")))
    bob = somebody(2, "Bob", "Bel", connected(date(2025, 2, 1), date(2025, 10, 1)))
    cyd = somebody(3, "Cyd", "Cor", connected(date(2025, 3, 1)))
    cyd.closed_on = date(2025, 10, 5)
    dee = somebody(4, "Dee", "Dom", follows=date(2025, 5, 5))
    eve = somebody(5, "Eve", "Elm")
    eve.followed_by_member = [(date(2025, 6, 1), True)]
    flo = somebody(6, "Flo", "Fen", connected(date(2025, 1, 5), date(2025, 10, 10)), connected(date(2025, 12, 1)))
    flo.follows_member = [(date(2025, 12, 1), None)]
    gus = somebody(7, "Gus", "Gil", connected(date(2025, 4, 4)), follows=date(2025, 4, 4))
    other_gus = somebody(8, "Gus", "Gil, MBA", follows=date(2025, 5, 1))
    hal = somebody(9, "Hal", "Hux")
    life.people = [life.people[OWNER], ann, bob, cyd, dee, eve, flo, gus, other_gus, hal]
    life.pending = [PendingInvitation(9, False, datetime(2026, 2, 1, 8, 30, 12), "Hello", None)]
    life.endorsements, life.recommendations, life.drafts = [], [], []
    life.conversations = [Conversation(0, (3,)), Conversation(1, (1, 3))]

    def sent(month: int, conversation: int, sender: int, serial: int) -> Message:
        return Message(int(datetime(2025, month, 20, 12).timestamp()), conversation, sender, serial)

    life.messages = [sent(11, 1, OWNER, 3), sent(11, 1, 1, 2), sent(4, 0, OWNER, 1), sent(4, 0, 3, 0)]
    return life


def requests_of_small() -> list[Request]:
    return [
        Archive(AUTUMN),
        Archive(SPRING),
        FollowerList(LISTED, keyed=Keyed.MEMBER_ID, declared_complete=True),
        Workbook(date(2025, 12, 30), date(2026, 2, 20)),
    ]


@pytest.fixture(scope="module")
def truth(small: Life) -> Truth:
    return Truth(small, requests_of_small())


def contact(truth: Truth, person: int) -> Contact:
    """The contact who is this person; of several, the one with an address that is no id."""
    return max((found for found in truth.contacts.values() if found.person == person), key=lambda found: found.key)


def test_each_contact_is_judged_as_the_contract_says(truth: Truth) -> None:
    judged = {
        person: (found.segment, found.follows_me, found.i_follow, found.connected_on)
        for person in (1, 2, 3, 4, 5, 6, 7, 9)
        for found in [contact(truth, person)]
    }
    assert judged == {
        1: ("connection_and_follower", "yes", "yes", date(2025, 1, 10)),
        2: ("former_connection", "no", "unknown", date(2025, 2, 1)),
        3: ("former_connection", "no", "unknown", date(2025, 3, 1)),
        4: ("follower_only", "yes", "no", None),
        5: ("following_only", "no", "yes", None),
        6: ("connection_and_follower", "yes", "yes", date(2025, 12, 1)),
        # two people of one name follow; which of them is the connection, the list cannot say
        7: ("connection_and_follower", "assumed", "assumed", date(2025, 4, 4)),
        9: ("other_contact", "no", "assumed", None),
    }
    assert truth.segments() == {
        "connection_and_follower": 3,
        "former_connection": 2,
        "follower_only": 3,
        "following_only": 1,
        "other_contact": 1,
    }


def test_names_addresses_and_jobs_are_the_last_known(truth: Truth) -> None:
    ann, eve = contact(truth, 1), contact(truth, 5)
    assert (ann.profile_url, ann.company, ann.position) == (f"{ADDRESS}ann-anew", "Umbra", "Lead")
    assert (ann.full_name, ann.first_name, ann.last_name) == ("Ann Aro", "Ann", "Aro")
    assert (eve.profile_url, eve.full_name, eve.key) == (None, "Eve Elm", "eve elm")
    by_id = [c for c in truth.contacts.values() if c.profile_url and c.profile_url.startswith(f"{ADDRESS}ACoAA")]
    assert sorted(c.full_name or "" for c in by_id) == ["Dee Dom", "Gus Gil", "Gus Gil, MBA"]
    bob = contact(truth, 2)
    assert (bob.first_seen_on, bob.last_seen_on) == (AUTUMN, AUTUMN)
    assert (ann.first_seen_on, ann.last_seen_on) == (AUTUMN, SPRING)
    assert contact(truth, 3).last_seen_on == AUTUMN


def test_evidence_says_why(truth: Truth) -> None:
    evidence = {(e.contact, e.direction): (e.state, e.source, e.match, e.request) for e in truth.follow_evidence}
    ann, bob, dee, eve, hal = (contact(truth, person).key for person in (1, 2, 4, 5, 9))
    assert evidence[ann, "follows_me"] == ("yes", "follower_list", "name", 2)
    assert evidence[bob, "follows_me"] == ("no", "complete_list_absence", "rule", 2)
    assert evidence[dee, "follows_me"] == ("yes", "follower_list", "member_id", 2)
    assert evidence[eve, "i_follow"] == ("yes", "member_follows", "name", None)
    assert evidence[hal, "i_follow"] == ("assumed", "invitation_default", "rule", None)
    assert (bob, "i_follow") not in evidence


def test_messages_name_whom_any_archive_names(truth: Truth) -> None:
    ann, cyd = contact(truth, 1).key, contact(truth, 3).key
    assert [(row.serial, row.contact, row.direction) for row in truth.messages] == [
        (0, cyd, "received"),  # the archive of autumn still names him
        (1, cyd, "sent"),
        (2, ann, "received"),
        (3, None, "sent"),  # to both of a group, when one had closed the account
        (3, ann, "sent"),
    ]
    assert contact(truth, 1).messages_sent == contact(truth, 1).messages_received == 1


def test_the_audience_by_day(truth: Truth) -> None:
    days = {row.day: row for row in truth.audience_daily}
    assert (min(days), max(days)) == (date(2025, 1, 5), SPRING)
    assert days[AUTUMN].connections == 5
    assert days[date(2025, 10, 20)].connections == 5, "who left is missed only by the next export"
    assert days[date(2025, 12, 1)].connections == 5, "Flo counts once, from her return on"
    assert (days[SPRING].connections, days[SPRING].lost_connections) == (4, 2)
    assert days[date(2026, 2, 20)].followers == 5
    assert days[date(2026, 2, 20)].followers_basis == "reported"
    assert (days[date(2025, 12, 29)].followers, days[date(2025, 12, 29)].followers_basis) == (5, "derived")
    assert days[date(2025, 12, 28)].followers is None
    assert days[date(2026, 2, 20)].follower_only_at_least == 0
    assert days[date(2026, 2, 20)].muted_connections_at_least == 0


def test_the_order_of_files_makes_no_difference(small: Life, truth: Truth) -> None:
    backwards = Truth(small, requests_of_small()[::-1])
    assert backwards.contacts == truth.contacts
    assert backwards.messages == truth.messages
    assert backwards.audience_daily == truth.audience_daily


def test_a_later_complete_list_contradicts_an_earlier_one(small: Life) -> None:
    everybody = FollowerList(date(2025, 9, 10), layout=Layout.CONSOLE, keyed=Keyed.SLUG, declared_complete=True)
    half = FollowerList(date(2026, 2, 27), layout=Layout.CONSOLE, keyed=Keyed.SLUG, share=0.4)
    states = {
        later.declared_complete: Counter(c.follows_me for c in Truth(small, [everybody, later]).contacts.values())
        for later in (half, FollowerList(half.day, half.layout, half.keyed, half.share, declared_complete=True))
    }
    assert states[False]["no"] == 0 < states[True]["no"]


@pytest.mark.parametrize("seed", range(4))
def test_what_must_hold_of_any_life(seed: int, tmp_path: Path) -> None:
    life = Life(seed, connections=120)
    requests = sample_requests()
    truth = Truth(life, requests)
    assert sum(truth.segments().values()) == len(truth.contacts)
    assert OWNER not in {found.person for found in truth.contacts.values()}
    assert sum(found.messages_sent + found.messages_received for found in truth.contacts.values()) == sum(
        row.contact is not None for row in truth.messages
    )
    assert {row.serial for row in truth.messages} == {message.serial for message in life.messages}
    assert all(found.first_seen_on <= found.last_seen_on for found in truth.contacts.values())
    by_day = {row.day: row for row in truth.audience_daily}
    assert list(by_day) == [min(by_day) + timedelta(k) for k in range(len(by_day))]
    newest = max((r for r in requests if isinstance(r, Archive)), key=lambda request: request.day)
    assert by_day[newest.day].connections == 120
    assert (
        sum(found.is_connection for found in truth.contacts.values())
        + sum(person.closed(newest.day) and person.connection(newest.day) is not None for person in life.people)
        == by_day[newest.day].connections
    )
    for request in requests:
        if isinstance(request, Archive) and request.contents is not Contents.CONNECTIONS:
            with zipfile.ZipFile(write(life, request, tmp_path)) as archive:
                text = archive.read("Connections.csv").decode()
            rows = list(csv.DictReader(io.StringIO(text[text.index("First Name,") :])))
            assert by_day[request.day].connections == len(rows)
    began = sum(row.new_connections for row in truth.audience_daily)
    assert began - sum(row.lost_connections for row in truth.audience_daily) == 120
