"""What LinkedIn shows of a life on one day: names and addresses as they are then, closed accounts hidden.

LinkedIn writes every export from the present state: an old message carries its sender's present name, and a person who
closed the account is 'LinkedIn Member' in all of them. The writers format what is said here, the truth reads it;
neither looks at the life's future.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from linkstrata.sample.life import OWNER, Connection, Conversation, Life, PendingInvitation, Person, at
from linkstrata.sample.naming import full_name
from linkstrata.sample.requests import FollowerList, Workbook

HIDDEN_NAME = "LinkedIn Member"
_INVITATIONS_KEPT = timedelta(365)


@dataclass(frozen=True, slots=True)
class ListedConnection:
    """A row of Connections.csv; `hidden` rows show the day and nothing else."""

    person: int
    connected_on: date
    hidden: bool
    connection: Connection


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A row of messages.csv. A person is None where the row says 'LinkedIn Member'. `serial` is the message's own
    number; None is a draft."""

    serial: int | None
    conversation: Conversation
    sender: int | None
    recipients: tuple[int | None, ...]
    sent_at: datetime
    subject: str
    content: str
    folder: str
    attachments: str
    begins_conversation: bool = False


@dataclass(frozen=True, slots=True)
class ShownInvitation:
    """A row of Invitations.csv; `person` is the one who is not the member."""

    person: int
    incoming: bool
    sent_at: datetime
    message: str


@dataclass(frozen=True, slots=True)
class ShownFollow:
    """A row of Member_Follows.csv; person None where the account is closed."""

    person: int | None
    followed_at: datetime
    active: bool


@dataclass(frozen=True, slots=True)
class ListedFollower:
    """A row of a follower list."""

    person: int
    is_followed: bool
    observed_at: datetime


class Showing:
    """The life as it shows at the end of one day."""

    def __init__(self, life: Life, day: date) -> None:
        self.life = life
        self.day = day
        self._end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(1)

    # -- one person -------------------------------------------------------------------------------------------------

    def name(self, person: int) -> tuple[str, str]:
        return at(self.life.people[person].names, self.day)

    def full_name(self, person: int | None) -> str:
        return HIDDEN_NAME if person is None else full_name(*self.name(person))

    def slug(self, person: int) -> str:
        return at(self.life.people[person].slugs, self.day)

    def job(self, person: int) -> tuple[str, str]:
        """Company and position."""
        return at(self.life.people[person].jobs, self.day)

    def headline(self, person: int) -> str:
        """What stands below the name on LinkedIn's pages."""
        company, position = self.job(person)
        return f"{position} at {company}" if company and position else position

    def email(self, person: int) -> str:
        shared_on = self.life.people[person].email_shared_on
        return self.life.people[person].email if shared_on is not None and shared_on <= self.day else ""

    def unless_closed(self, person: int) -> int | None:
        return None if self.life.people[person].closed(self.day) else person

    # -- files ------------------------------------------------------------------------------------------------------

    def connections(self) -> list[ListedConnection]:
        """Every listed connection, newest first."""
        listed = []
        for person in self.life.people:
            spell = person.connection(self.day)
            if spell is not None:
                listed.append(ListedConnection(person.number, spell.connected_on, person.closed(self.day), spell))
        return sorted(listed, key=lambda row: (row.connected_on, row.person), reverse=True)

    def messages(self, with_drafts: bool) -> Iterator[ShownMessage]:
        """Every message sent so far, newest first, as far as that is kept; drafts before all others."""
        life = self.life
        if with_drafts:
            for draft in life.drafts:
                if draft.written_at.date() <= self.day < (draft.discarded_on or date.max):
                    conversation = life.conversations[draft.conversation]
                    others = tuple(self.unless_closed(person) for person in conversation.participants)
                    moment = draft.written_at.replace(tzinfo=UTC)
                    new = draft.begins_conversation
                    yield ShownMessage(None, conversation, OWNER, others, moment, "", draft.text, "", "", new)
        end = int(self._end.timestamp())
        closed = {person.number for person in life.people if person.closed(self.day)}
        everybody: dict[tuple[int, int | None], tuple[int | None, tuple[int | None, ...]]] = {}
        for message in life.messages:
            if message.sent_at >= end:
                continue
            conversation = life.conversations[message.conversation]
            key = (message.conversation, message.sender)
            if key not in everybody:
                rest = (OWNER, *conversation.participants) if message.sender != OWNER else conversation.participants
                everybody[key] = (
                    None if message.sender in closed else message.sender,
                    tuple(None if person in closed else person for person in rest if person != message.sender),
                )
            sender, recipients = everybody[key]
            archived = conversation.archived_on is not None and conversation.archived_on <= self.day
            yield ShownMessage(
                message.serial,
                conversation,
                sender,
                recipients,
                datetime.fromtimestamp(message.sent_at, UTC),
                self._subject(message.serial, message.sender),
                life.text(message.serial) if message.sender is not None else _advertisement(life.text(message.serial)),
                "SPAM" if message.sender is None and message.serial % 3 == 0 else "ARCHIVE" if archived else "INBOX",
                self._attachments(message.serial),
            )

    def _subject(self, serial: int, sender: int | None) -> str:
        return "An offer, only this week" if sender is None else "Hello" if serial % 41 == 0 else ""

    def _attachments(self, serial: int) -> str:
        """Links that expire, so that every export has others."""
        if serial % 53:
            return ""
        expires = int(self._end.timestamp()) + 30 * 86400
        return f"https://www.linkedin.com/dms/D4E06AQ{serial:x}/messaging-attachmentFile?e={expires}"

    def invitations(self) -> Iterator[ShownInvitation]:
        """Open ones, and those of the last year; of open accounts."""
        invitations: list[tuple[Person, bool, datetime, str]] = []
        for pending in self.life.pending:
            if self._is_open(pending):
                invitations.append((self.life.people[pending.person], pending.incoming, pending.sent_at, pending.note))
        for person in self.life.people:
            for spell in person.connections:
                if spell.invited_at.date() + _INVITATIONS_KEPT > self.day:
                    invitations.append((person, spell.incoming, spell.invited_at, spell.note))
        for person, incoming, sent_at, note in sorted(invitations, key=lambda i: (i[2], i[0].number), reverse=True):
            if sent_at.date() <= self.day and not person.closed(self.day):
                yield ShownInvitation(person.number, incoming, sent_at.replace(second=0), note)

    def _is_open(self, pending: PendingInvitation) -> bool:
        return pending.withdrawn_on is None or pending.withdrawn_on > self.day

    def member_follows(self) -> list[ShownFollow]:
        """The member's own clicks, newest first."""
        clicks = [
            ShownFollow(self.unless_closed(person.number), _moment_of(person.number, since), active)
            for person in self.life.people
            for since, active in person.followed_by_member
            if since <= self.day
        ]
        return sorted(clicks, key=lambda click: click.followed_at, reverse=True)

    def followers(self, wanted: FollowerList) -> list[ListedFollower]:
        """Who follows, newest people first; where not all are wanted, a choice that depends on the day."""
        begin = datetime(self.day.year, self.day.month, self.day.day, 20, 5)
        followers = [person for person in self.life.people if person.follows(self.day)]
        ranked = sorted(followers, key=lambda person: _digest(self.life.seed, self.day, person.number))
        chosen = {person.number for person in ranked[: round(len(ranked) * wanted.share)]}
        return [
            ListedFollower(person.number, person.is_followed(self.day), begin + timedelta(milliseconds=211 * row))
            for row, person in enumerate(person for person in reversed(followers) if person.number in chosen)
        ]


def reported_followers(life: Life, wanted: Workbook) -> tuple[int, dict[date, int]]:
    """What a workbook says of followers: how many on its last day, and for each of its days how many were gained.
    The last two days are reported too low."""
    by_day = life.followers_by_day()
    days = [wanted.first + timedelta(k) for k in range((wanted.last - wanted.first).days + 1)]
    gains = {day: by_day.get(day, (0, 0))[1] for day in days}
    for day in days[-2:]:
        gains[day] -= gains[day] // 2
    return by_day[wanted.last][0], gains


def member_number(life: Life, person: int) -> int:
    """The number that LinkedIn knows a member by (`urn:li:member:N`)."""
    seed, number = _origin(life, person)
    return 90_000_000 + (seed * 1_000_003 + number) * 7919


def member_id(life: Life, person: int) -> str:
    """The token that LinkedIn's own pages know a member by. Upper and lower case count: every hundredth member's
    differs from that of the member before in case alone."""
    seed, number = _origin(life, person)
    base = number - 1 if number and number % 100 == 0 else number
    token = base64.urlsafe_b64encode(_digest(seed, date.min, base)).decode()[:34]
    return "ACoAA" + (token.swapcase() if base != number else token)


def _origin(life: Life, person: int) -> tuple[int, int]:
    """Seed and number by which somebody is known in every life."""
    return life.people[person].origin or (life.seed, person)


def conversation_id(life: Life, conversation: int) -> str:
    """The opaque name that messages.csv gives a conversation."""
    token = base64.b64encode(_digest(life.seed, date.max, conversation)).decode()
    return f"2-{token[:30]}=="


def _digest(seed: int, day: date, number: int) -> bytes:
    return hashlib.blake2b(f"{seed} {day} {number}".encode(), digest_size=32).digest()


def _moment_of(person: int, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 6) + timedelta(seconds=person * 7919 % (14 * 3600))


def _advertisement(text: str) -> str:
    return f'<p class="spinmail-quill-editor__spin-break">Dear reader,</p><p><strong>{text}</strong><br>Unsubscribe</p>'
