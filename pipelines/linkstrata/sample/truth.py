"""What linkstrata must publish of a sample, worked out from the life and the requests in plain Python.

Follows contract.md table by table; the rules stand in `identity`, `following`, `standing`, `audience`,
`correspondence` and `history`, beside the contract's own words. Nothing is shared with the product: no SQL, no reading
of files. Persons are told apart by what the files prove and no more; a contact also carries the life's own number of
whoever is behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from linkstrata.sample import audience, correspondence
from linkstrata.sample.following import State, segment
from linkstrata.sample.history import History
from linkstrata.sample.identity import Identity
from linkstrata.sample.life import Life
from linkstrata.sample.people import People
from linkstrata.sample.requests import Request
from linkstrata.sample.sightings import Sightings
from linkstrata.sample.standing import Standing
from linkstrata.sample.tables import AudienceDay, Contact, FollowEvidence, InvitationRow, MessageRow


class Truth:
    """The tables that linkstrata must publish once it has ingested the files of these requests, in whatever order.

    `contacts` is by the key of `contact_key`; the others are lists. No two requests of one kind may be of one day.
    others: what other members keep in the same home; their files tell who is one person too.
    """

    def __init__(
        self, life: Life, requests: Sequence[Request], others: Sequence[tuple[Life, Sequence[Request]]] = ()
    ) -> None:
        self._requests = list(requests)
        self._files = sorted((Sightings(life, request) for request in requests), key=lambda file: file.day)
        elsewhere = [Sightings(other, request) for other, theirs in others for request in theirs]
        self._people = People(self._files, Identity([*self._files, *elsewhere]))
        self.messages: list[MessageRow] = correspondence.messages(life, self._files, self._people)
        self.invitations: list[InvitationRow] = correspondence.invitations(self._files, self._people)
        self.audience_daily: list[AudienceDay] = list(audience.audience_daily(self._files, self._people))
        self.contacts: dict[str, Contact] = {}
        self.follow_evidence: list[FollowEvidence] = []
        self._judge()
        self.history = History(self._files, self._people, self._requests)

    def segments(self) -> dict[str, int]:
        """How many contacts each segment has."""
        return dict(Counter(contact.segment for contact in self.contacts.values()))

    def _judge(self) -> None:
        totals, _ = audience.reported_followers(self._files)
        standing = Standing(self._files, self._people, totals)
        sent, received = Counter[str](), Counter[str]()
        first: dict[str, datetime] = {}
        last: dict[str, datetime] = {}
        for row in self.messages:
            if row.contact is not None:
                (sent if row.direction == "sent" else received)[row.contact] += 1
                first.setdefault(row.contact, row.sent_at)
                last[row.contact] = row.sent_at
        for root, known in standing.known.items():
            key = self._people.keys[root]
            profile = standing.profile(root)
            states = {
                "follows_me": standing.following.follows_me(root, profile.is_connection),
                "i_follow": standing.following.i_follow(root, profile.is_connection),
            }
            self.follow_evidence += self._evidence(key, states)
            follows_me, i_follow = (state.state if state else "unknown" for state in states.values())
            self.contacts[key] = Contact(
                key,
                known.person,
                *known.name(),
                known.profile_url(),
                profile.email or None,
                profile.company or None,
                profile.position or profile.headline or None,
                segment(profile.is_connection, profile.was_connection, follows_me, i_follow),
                profile.is_connection,
                known.connected_on,
                follows_me,
                i_follow,
                sent[key],
                received[key],
                first.get(key),
                last.get(key),
                known.seen_on[0],
                known.seen_on[-1],
            )

    def _evidence(self, key: str, states: dict[str, State | None]) -> Iterator[FollowEvidence]:
        """One row a state: "the reason for each state but `unknown`"."""
        for direction, state in states.items():
            if state is not None:
                place = None if state.file is None else self._requests.index(state.file.request)
                yield FollowEvidence(key, direction, state.state, state.source, state.match, place)
