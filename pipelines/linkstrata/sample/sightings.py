"""What each file of a sample says of whom, and by which key: an address, a number, or a bare name.

Between the life, which knows who everybody is, and the truth, which may only know what the files prove. A sighting
keeps the life's own number of the person for labelling; who is one person is decided in `identity` by keys alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from linkstrata.sample.life import OWNER, Connection, Life
from linkstrata.sample.naming import matching_name
from linkstrata.sample.requests import Archive, Contents, FollowerList, Keyed, Layout, Request, Workbook
from linkstrata.sample.showing import Showing, ShownMessage, member_id, member_number, reported_followers

Key = tuple[str, object]
"""A namespace (`slug`, `member_id`, `member_number`, `email`, `connected`) and what it holds."""


class Naming(NamedTuple):
    """How a file names somebody: by keys and a name, by a name alone (no keys), or by keys alone (no name).

    `parts` are first and last name where the file has them apart.
    """

    person: int
    keys: tuple[Key, ...]
    name: str | None
    parts: tuple[str, str] | None = None


class ConnectionSeen(NamedTuple):
    """A row of Connections.csv; a hidden one names nobody."""

    naming: Naming | None
    spell: Connection
    email: str
    company: str
    position: str


class MessageSeen(NamedTuple):
    """A row of messages.csv; None stands for 'LinkedIn Member'. `persons` are the life's numbers of the recipients."""

    shown: ShownMessage
    sender: Naming | None
    recipients: tuple[Naming | None, ...]


class InvitationSeen(NamedTuple):
    """A row of Invitations.csv."""

    naming: Naming
    incoming: bool
    sent_at: datetime
    message: str


class FollowSeen(NamedTuple):
    """A statement that the member follows somebody or not: a click, or the flag in a follower list. A list of some
    tools also has a headline."""

    naming: Naming
    stated_at: datetime
    follows: bool
    headline: str = ""


class Sightings:
    """Everything that the file of one request says. None stands for what it does not carry."""

    def __init__(self, life: Life, request: Request) -> None:
        self.request = request
        self.day = request.day
        self.owner = life.owner_slug
        self._life = life
        self._showing = Showing(life, request.day)

    @cached_property
    def connections(self) -> list[ConnectionSeen] | None:
        if not isinstance(self.request, Archive) or not self.request.lists_connections:
            return None
        formats, showing = self.request.formats, self._showing
        seen = []
        for row in showing.connections():
            if row.hidden:
                seen.append(ConnectionSeen(None, row.connection, "", "", ""))
                continue
            keys: list[Key] = [
                ("connected", (self.owner, matching_name(showing.full_name(row.person)), row.connected_on))
            ]
            if formats.connections_have_addresses:
                keys.append(("slug", showing.slug(row.person)))
            email = showing.email(row.person)
            if email:
                keys.append(("email", (self.owner, email)))
            naming = self._structured(row.person, tuple(keys))
            seen.append(ConnectionSeen(naming, row.connection, email, *showing.job(row.person)))
        return seen

    def messages(self) -> Iterator[MessageSeen]:
        """Every message and draft, newest first."""
        request = self.request
        if not isinstance(request, Archive) or not request.has_correspondence:
            return
        formats = request.formats
        senders: dict[int | None, Naming | None] = {None: None}
        groups: dict[tuple[int | None, ...], tuple[Naming | None, ...]] = {}
        for shown in self._showing.messages(formats.messages_have_drafts):
            if shown.sender not in senders:
                senders[shown.sender] = self._by(shown.sender, addressed=formats.messages_have_addresses)
            if shown.recipients not in groups:
                groups[shown.recipients] = self._recipients(shown.recipients, formats.messages_have_recipients)
            yield MessageSeen(shown, senders[shown.sender], groups[shown.recipients])

    def _by(self, person: int | None, addressed: bool) -> Naming | None:
        if person is None:
            return None
        keys = (("slug", self._showing.slug(person)),) if addressed else ()
        return Naming(person, keys, self._showing.full_name(person))

    def _recipients(self, people: tuple[int | None, ...], addressed: bool) -> tuple[Naming | None, ...]:
        """Names and addresses of recipients are two lists; where a name holds a comma, nobody can tell which name goes
        with which address, unless there is one recipient."""
        namings = [self._by(person, addressed) for person in people]
        if len(people) > 1 and any(naming and "," in (naming.name or "") for naming in namings):
            namings = [naming and naming._replace(name=None) if addressed else naming for naming in namings]
        return tuple(namings)

    @cached_property
    def invitations(self) -> list[InvitationSeen]:
        request = self.request
        if not isinstance(request, Archive) or not request.has_correspondence:
            return []
        seen = []
        for shown in self._showing.invitations():
            naming = Naming(shown.person, (), self._showing.full_name(shown.person))
            if request.formats.invitations == "addresses":
                naming = naming._replace(keys=(("slug", self._showing.slug(shown.person)),))
            elif request.formats.invitations == "urns":
                naming = naming._replace(keys=(("member_number", member_number(self._life, shown.person)),))
            seen.append(InvitationSeen(naming, shown.incoming, shown.sent_at, shown.message))
        return seen

    @cached_property
    def clicks(self) -> list[FollowSeen]:
        """Member_Follows.csv: a name and no more."""
        if not isinstance(self.request, Archive) or self.request.contents is not Contents.COMPLETE:
            return []
        return [
            FollowSeen(Naming(click.person, (), self._showing.full_name(click.person)), click.followed_at, click.active)
            for click in self._showing.member_follows()
            if click.person is not None
        ]

    @cached_property
    def followers(self) -> list[FollowSeen]:
        """A follower list: who follows the member, each with the flag whether the member follows back."""
        request = self.request
        if not isinstance(request, FollowerList):
            return []
        seen = []
        for row in self._showing.followers(request):
            keys: list[Key] = [("slug", self._showing.slug(row.person))]
            if request.keyed is Keyed.MEMBER_ID:
                keys = [("member_id", member_id(self._life, row.person))]
            if request.layout is Layout.CONSOLE:
                keys.append(("member_number", member_number(self._life, row.person)))
                naming = Naming(row.person, tuple(keys), self._showing.full_name(row.person))
                headline = self._showing.headline(row.person)
            else:
                naming, headline = self._structured(row.person, tuple(keys)), ""
            seen.append(FollowSeen(naming, row.observed_at, row.is_followed, headline))
        return seen

    @cached_property
    def endorsements(self) -> list[Naming]:
        """Whoever endorsed or was endorsed, or was recommended or recommends."""
        request = self.request
        if not isinstance(request, Archive) or not request.has_endorsements:
            return []
        seen = []
        for endorsement in self._life.endorsements:
            person = endorsement.person
            if endorsement.endorsed_at.date() <= self.day and self._showing.unless_closed(person) is not None:
                addressed = request.formats.endorsements_have_addresses
                seen.append(self._structured(person, (("slug", self._showing.slug(person)),) if addressed else ()))
        for recommendation in self._life.recommendations:
            if recommendation.written_at.date() <= self.day:
                seen.append(self._structured(recommendation.person, ()))
        return seen

    @cached_property
    def reported(self) -> tuple[int, dict[date, int]] | None:
        """A workbook: followers on its last day, and the gains of its days."""
        return reported_followers(self._life, self.request) if isinstance(self.request, Workbook) else None

    @cached_property
    def namings(self) -> list[Naming]:
        """Everybody whom the file names, the member left out, each way of naming once."""
        named: dict[Naming, None] = {}
        for connection in self.connections or ():
            if connection.naming is not None:
                named[connection.naming] = None
        for message in self.messages():
            for naming in (message.sender, *message.recipients):
                if naming is not None and naming.person != OWNER:
                    named[naming] = None
        named.update(dict.fromkeys(invitation.naming for invitation in self.invitations))
        named.update(dict.fromkeys(follow.naming for follow in (*self.clicks, *self.followers)))
        named.update(dict.fromkeys(self.endorsements))
        return list(named)

    def _structured(self, person: int, keys: tuple[Key, ...]) -> Naming:
        return Naming(person, keys, self._showing.full_name(person), self._showing.name(person))
