"""The truth of `contact_history`, `contact_events`, `segment_history` and `contacts_as_of`.

What the exports said, one after another, and what must have happened between them. A file that does not carry a
category says nothing about it: connections are compared over the exports that list them, followers over the lists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from linkstrata.sample.audience import reported_followers
from linkstrata.sample.following import segment
from linkstrata.sample.life import Connection
from linkstrata.sample.naming import matching_company
from linkstrata.sample.people import ADDRESS, Known, People, collapsed
from linkstrata.sample.requests import Request
from linkstrata.sample.sightings import ConnectionSeen, Key, Sightings
from linkstrata.sample.standing import Standing
from linkstrata.sample.tables import ContactAsOf, ContactEvent, ContactPeriod, SegmentPeriod

OPEN_END = date(9999, 12, 31)
"""The end of what still holds."""


class _Said(NamedTuple):
    """What a row of Connections.csv says of somebody."""

    full_name: str
    company: str | None
    position: str | None
    email: str | None
    profile_url: str | None


class History:
    """One member's contacts over time; files oldest first, `requests` in the order in which they were given."""

    def __init__(self, files: Sequence[Sightings], people: People, requests: Sequence[Request]) -> None:
        self._files = list(files)
        self._people = people
        self._place = {id(file): requests.index(file.request) for file in files}
        self._listings = [file for file in files if file.connections is not None]
        self._rows = {id(file): _rows(file, people) for file in self._listings}
        self._addresses: dict[Key, str] = {}
        for file in self._listings:
            for root, row in self._rows[id(file)].items():
                if slug := _slug(row):
                    self._addresses.setdefault(root, ADDRESS + slug)
        everybody = {root for rows in self._rows.values() for root in rows}
        self.contact_history: list[ContactPeriod] = [p for root in everybody for p in self._periods(root)]
        self.contact_events: list[ContactEvent] = [
            *(event for root in everybody for event in self._connection_events(root)),
            *self._follower_events(),
            *self._own_follows(),
        ]
        self.segment_history: list[SegmentPeriod] = list(self._segments())

    # -- connections ------------------------------------------------------------------------------------------------

    def _said(self, root: Key, row: ConnectionSeen) -> _Said:
        """A row's words; where the export had no addresses, with the first that a later one gives."""
        assert row.naming is not None
        slug = _slug(row)
        return _Said(
            collapsed(row.naming.name or ""),
            row.company or None,
            row.position or None,
            row.email or None,
            ADDRESS + slug if slug else self._addresses.get(root),
        )

    def _periods(self, root: Key) -> Iterator[ContactPeriod]:
        """ "One row per period in which the exports said the same; it ends at the export that shows a change or the
        absence"."""
        said: _Said | None = None
        since = OPEN_END
        for file in self._listings:
            row = self._rows[id(file)].get(root)
            now = None if row is None else self._said(root, row)
            if now != said:
                if said is not None:
                    yield ContactPeriod(self._people.keys[root], since, file.day, *said)
                said, since = now, file.day
        if said is not None:
            yield ContactPeriod(self._people.keys[root], since, OPEN_END, *said)

    def _connection_events(self, root: Key) -> Iterator[ContactEvent]:
        """What happened to a connection: "both dates are equal where the day is known, else they are the two exports
        around it. A row turned hidden is `disconnected`"."""
        key = self._people.keys[root]
        last: tuple[Sightings, ConnectionSeen] | None = None
        gone = False
        for before, file in pairwise([None, *self._listings]):
            assert file is not None
            row, place = self._rows[id(file)].get(root), self._place[id(file)]
            if row is None:
                if last is not None and not gone:
                    yield ContactEvent(key, "disconnected", last[0].day, file.day, None, None, place)
                    gone = True
                continue
            day = row.spell.connected_on
            if last is None:
                yield ContactEvent(key, "connected", day, day, None, None, place)
            else:
                assert before is not None
                is_another = day != last[1].spell.connected_on
                if is_another and not gone:
                    yield ContactEvent(key, "disconnected", last[0].day, file.day, None, None, place)
                if is_another:
                    yield ContactEvent(key, "reconnected", day, day, None, None, place)
                elif gone:
                    yield ContactEvent(key, "reconnected", before.day, file.day, None, None, place)
                yield from self._changes(root, *last, file, row)
            last, gone = (file, row), False

    def _changes(
        self, root: Key, old_file: Sightings, old_row: ConnectionSeen, file: Sightings, row: ConnectionSeen
    ) -> Iterator[ContactEvent]:
        """A changed spelling of a company is no change of company; "a first address where older exports had none is no
        `url_changed`"."""
        old, new = self._said(root, old_row), self._said(root, row)
        changes = [
            ("name_changed", old.full_name, new.full_name, old.full_name != new.full_name),
            (
                "company_changed",
                old.company,
                new.company,
                matching_company(old.company or "") != matching_company(new.company or ""),
            ),
            ("position_changed", old.position, new.position, old.position != new.position),
            ("url_changed", old.profile_url, new.profile_url, old.profile_url != new.profile_url),
            ("email_shared", old.email, new.email, new.email is not None and old.email != new.email),
        ]
        for event, before, after, changed in changes:
            if changed:
                place = self._place[id(file)]
                yield ContactEvent(self._people.keys[root], event, old_file.day, file.day, before, after, place)

    # -- following --------------------------------------------------------------------------------------------------

    def _follower_events(self) -> Iterator[ContactEvent]:
        """ "`followed_me` needs the older of two lists complete, `unfollowed_me` the newer": whoever is in no list is
        known not to follow by a complete one alone."""
        totals, _ = reported_followers(self._files)
        lists = Standing(self._files, self._people, totals).following.lists
        for root in {root for listed in lists for root in listed.named}:
            last: tuple[Sightings, bool] | None = None
            for listed in lists:
                follows = root in listed.named
                if not follows and not listed.leaves_out(root):
                    continue
                if last is not None and follows != last[1]:
                    yield ContactEvent(
                        self._people.keys[root],
                        "followed_me" if follows else "unfollowed_me",
                        last[0].day,
                        listed.file.day,
                        None,
                        None,
                        self._place[id(listed.file)],
                    )
                last = (listed.file, follows)

    def _own_follows(self) -> Iterator[ContactEvent]:
        """The member's clicks, each on its day, by the first file that has it."""
        first: dict[tuple[Key, str, date], Sightings] = {}
        for file in self._files:
            for click in file.clicks:
                root = self._people.of(click.naming)
                if root is not None:
                    event = "i_followed" if click.follows else "i_unfollowed"
                    first.setdefault((root, event, click.stated_at.date()), file)
        for (root, event, day), file in first.items():
            yield ContactEvent(self._people.keys[root], event, day, day, None, None, self._place[id(file)])

    # -- as of a day ------------------------------------------------------------------------------------------------

    def as_of(self, day: date, known: Collection[int] | None = None) -> dict[str, ContactAsOf]:
        """ "As of that day: a connection from connected_on, the rest from the first file that says it", by the files of
        all requests or only of those at the places given. Who is a connection and in no export of connections yet bears
        the name and address of the first that lists them."""
        files = [file for file in self._files if known is None or self._place[id(file)] in known]
        totals, _ = reported_followers(files)
        standing = Standing([file for file in files if file.day <= day], self._people, totals)
        return {row.contact: row for row in self._judge(standing, files, day).values()}

    def _judge(self, standing: Standing, files: Sequence[Sightings], day: date) -> dict[Key, ContactAsOf]:
        connected = self._connected(files, day)
        introduced = self._introduced([file for file in files if file.connections is not None], day)
        judged = {}
        for root in standing.known.keys() | connected.keys():
            known, profile, spell = standing.known.get(root), standing.profile(root), connected.get(root)
            told = [person for person in (known, introduced.get(root) if spell else None) if person]
            states = (
                standing.following.follows_me(root, spell is not None),
                standing.following.i_follow(root, spell is not None),
            )
            follows_me, i_follow = (state.state if state else "unknown" for state in states)
            judged[root] = ContactAsOf(
                self._people.keys[root],
                *next((name for person in told if (name := person.name())[0]), (None, None, None)),
                next((address for person in told if (address := person.profile_url())), None),
                profile.company or None,
                profile.position or profile.headline or None,
                segment(spell is not None, profile.was_connection, follows_me, i_follow),
                spell is not None,
                spell.connected_on if spell else known.connected_on if known else None,
            )
        return judged

    def _introduced(self, listings: Sequence[Sightings], day: date) -> dict[Key, Known]:
        """Whom the next export of connections lists and the newest of then does not, as its rows name them."""
        introduced: dict[Key, Known] = {}
        for file in [file for file in listings if file.day > day][:1]:
            for root, row in self._rows[id(file)].items():
                if row.naming is not None:
                    introduced[root] = Known(row.naming.person)
                    introduced[root].note(file.day, row.naming)
        for file in [file for file in listings if file.day <= day][-1:]:
            for root in self._rows[id(file)]:
                introduced.pop(root, None)
        return introduced

    def _connected(self, files: Sequence[Sightings], day: date) -> dict[Key, Connection]:
        """Who is known to be connected on a day: whom the newest export of then lists, and whom the next one lists as
        connected between the two."""
        listings = [file for file in files if file.connections is not None]
        before = [file for file in listings if file.day <= day]
        after = [file for file in listings if file.day > day]
        connected = {root: row.spell for root, row in self._rows[id(before[-1])].items()} if before else {}
        for root, row in self._rows[id(after[0])].items() if after else ():
            since = row.spell.connected_on
            if since <= day and (not before or since > before[-1].day):
                connected[root] = row.spell
        return connected

    def _segments(self) -> Iterator[SegmentPeriod]:
        """ "By the same rules": the segment of every day, days that say the same put together."""
        totals, _ = reported_followers(self._files)
        days = {file.day for file in self._files}
        days |= {row.spell.connected_on for rows in self._rows.values() for row in rows.values()}
        periods: dict[Key, list[tuple[date, str]]] = defaultdict(list)
        standing, told = Standing([], self._people, totals), 0
        for day in sorted(days):
            files = [file for file in self._files if file.day <= day]
            if len(files) > told:
                standing, told = Standing(files, self._people, totals), len(files)
            for root, row in self._judge(standing, self._files, day).items():
                if not periods[root] or periods[root][-1][1] != row.segment:
                    periods[root].append((day, row.segment))
        for root, changes in periods.items():
            for (since, name), (until, _) in pairwise([*changes, (OPEN_END, "")]):
                yield SegmentPeriod(self._people.keys[root], name, since, until)


def _rows(file: Sightings, people: People) -> dict[Key, ConnectionSeen]:
    """The rows of Connections.csv that name somebody, by whom they name."""
    named = ((people.of(row.naming), row) for row in file.connections or ())
    return {root: row for root, row in named if root is not None}


def _slug(row: ConnectionSeen) -> str | None:
    keys = row.naming.keys if row.naming else ()
    return next((str(value) for space, value in keys if space == "slug"), None)
