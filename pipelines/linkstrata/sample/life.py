"""A made-up member's years on LinkedIn: who connected, left, returned, wrote, followed, on which day.

This is the ground that everything else in the sample stands on: what happened, known exactly, drawn from a seed. It
knows no file format; what LinkedIn shows of it on a given day is `showing`, what the files look like `writing`.

Everything that happens on a day happens between 06:00 and 20:00 UTC, and exports are made after that, so the state "on
a day" is always the state at its end.

Two rules keep the life provable from its exports, for nobody could tell otherwise and a truth must not guess:
people who change their address stay connected from then on, and two people of one name never connect on the same day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple, TypeVar

from linkstrata.sample.naming import Inventor, full_name, matching_name, respelled, slug_of

OWNER = 0
"""The member's own number; everybody else has a higher one."""

Value = TypeVar("Value")
Dated = list[tuple[date, Value]]
"""What held from which day on, oldest first."""

_YEARS_BEFORE = 8


def at(changes: Dated[Value], day: date) -> Value:
    """What held at the end of the day; the first value also before its own day."""
    value = changes[0][1]
    for since, changed in changes[1:]:
        if since > day:
            break
        value = changed
    return value


@dataclass(slots=True)
class Connection:
    """One spell of being connected."""

    connected_on: date
    incoming: bool
    invited_at: datetime
    note: str
    ended_on: date | None = None
    purged_on: date | None = None
    """The day on which the hidden row of a closed account disappears as well."""


@dataclass(slots=True)
class Person:
    """Somebody in the member's world. Days are days on which something took effect."""

    number: int
    names: Dated[tuple[str, str]]
    slugs: Dated[str]
    jobs: Dated[tuple[str, str]] = field(default_factory=list)
    email: str = ""
    email_shared_on: date | None = None
    closed_on: date | None = None
    reopened_on: date | None = None
    connections: list[Connection] = field(default_factory=list)
    follows_member: list[tuple[date, date | None]] = field(default_factory=list)
    followed_by_member: Dated[bool] = field(default_factory=list)
    """The member's own clicks on Follow (true) and Unfollow; connecting follows without a click."""
    origin: tuple[int, int] | None = None
    """Seed and number of the life that this person comes from, where it is another one."""

    def closed(self, day: date) -> bool:
        """Whether the account is closed at the end of the day, for good or until it is reopened."""
        if self.closed_on is None or self.closed_on > day:
            return False
        return self.reopened_on is None or self.reopened_on > day

    def connection(self, day: date) -> Connection | None:
        """The spell of connection that LinkedIn lists on the day, hidden or not."""
        for spell in self.connections:
            if (
                spell.connected_on <= day
                and (spell.ended_on is None or spell.ended_on > day)
                and (spell.purged_on is None or spell.purged_on > day)
            ):
                return spell
        return None

    def follows(self, day: date) -> bool:
        """Whether this person follows the member at the end of the day."""
        if self.closed(day):
            return False
        return any(since <= day and (until is None or until > day) for since, until in self.follows_member)

    def is_followed(self, day: date) -> bool:
        """Whether the member follows this person: by the last click, or because connecting followed."""
        clicks = [(since, follows) for since, follows in self.followed_by_member if since <= day]
        spell = self.connection(day)
        if spell is not None and (not clicks or clicks[-1][0] < spell.connected_on):
            return True
        return bool(clicks) and clicks[-1][1]


class Message(NamedTuple):
    """One message. `serial` names its text; `sender` is a person's number, or None for an advertiser."""

    sent_at: int  # seconds since 1970, UTC
    conversation: int
    sender: int | None
    serial: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """Who talks with the member in one thread (one person, or several in a group)."""

    number: int
    participants: tuple[int, ...]
    title: str = ""
    archived_on: date | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A message begun on one day and thrown away on another."""

    conversation: int
    written_at: datetime
    discarded_on: date | None
    text: str
    begins_conversation: bool


@dataclass(frozen=True, slots=True)
class PendingInvitation:
    """An invitation that was never accepted, and from when on it no longer shows."""

    person: int
    incoming: bool
    sent_at: datetime
    note: str
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class Endorsement:
    """A skill that somebody confirmed for the member, or the member for somebody (`given`)."""

    person: int
    given: bool
    endorsed_at: datetime
    skill: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A text about the member, or by the member (`given`)."""

    person: int
    given: bool
    written_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Post:
    """Something that the member published."""

    posted_at: datetime
    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Reaction:
    """The member's click on somebody's post."""

    reacted_at: datetime
    kind: str
    post: int


@dataclass(frozen=True, slots=True)
class Comment:
    """The member's words under somebody's post."""

    commented_at: datetime
    text: str
    post: int


@dataclass(frozen=True)
class Owner:
    """The member whose life it is. Some move to another address on a day."""

    first_name: str
    last_name: str
    slug: str
    moved_on: date | None = None
    new_slug: str = ""

    def slugs(self, joined: date) -> Dated[str]:
        return [(joined, self.slug)] + ([(self.moved_on, self.new_slug)] if self.moved_on else [])

    def as_person(self, seed: int, joined: date) -> Person:
        """The owner of the life of a seed, as somebody whom the owner of another life may know."""
        names, jobs = [(joined, (self.first_name, self.last_name))], [(joined, ("Umbra Analytics", "Head of Data"))]
        return Person(OWNER, names, self.slugs(joined), jobs, origin=(seed, OWNER))


MIRELA = Owner("Mirela", "Tavasca", "mirela-tavasca")


class Life:
    """Years of one member's network, from a seed. The same arguments give the same life.

    connections: rows that Connections.csv has on the last day, hidden ones included.
    months: how long before `end` the time begins in which exports will be made; most changes fall into it.
    messages: how many messages there are in all (default: three for every connection); a few more where that would
    leave somebody without one.
    owner: whose life it is.
    acquaintances: people of other lives, other members among them, who are connected with this member too; they
    come on top of the connections.
    """

    def __init__(
        self,
        seed: int,
        connections: int = 150,
        months: int = 18,
        end: date = date(2026, 11, 1),
        messages: int | None = None,
        owner: Owner = MIRELA,
        acquaintances: Sequence[Person] = (),
    ) -> None:
        self.seed = seed
        self.owner_name = (owner.first_name, owner.last_name)
        self.owner_slug = owner.slug
        self.end = end
        self.begin = months_before(end, months)
        self.joined = date(self.begin.year - _YEARS_BEFORE, self.begin.month, 1)
        self._random = Random(f"life {seed}")
        self._inventor = Inventor(Random(f"words {seed}"))
        self._twists = Random(f"twists {seed}")
        self._slugs = {self.owner_slug, *(slug for person in acquaintances for _, slug in person.slugs)}
        self._connected: dict[str, set[date]] = {}
        self.people: list[Person] = [
            Person(OWNER, [(self.joined, self.owner_name)], owner.slugs(self.joined)),
        ]
        self.pending: list[PendingInvitation] = []
        self._meet_connections(connections)
        self._meet_strangers(connections)
        for person in acquaintances:
            self._meet_acquaintance(person)
        self._texts = [self._inventor.sentence() for _ in range(3000)]
        self._texts += ["Thanks!", "Yes", "=1+1 is two", "+49 is the prefix", "Great 👍", "bell \x07 rings"] * 20
        self._places = [self._inventor.company() for _ in range(200)]
        self.conversations: list[Conversation] = []
        self.messages: list[Message] = []
        self.drafts: list[Draft] = []
        self._write_messages(3 * connections if messages is None else messages)
        self.endorsements = list(self._endorse(connections))
        self.recommendations = list(self._recommend())
        self.posts = list(self._post())
        self.reactions = list(self._react())
        self.comments = list(self._comment())
        self.company_follows = [(self._any_moment(), self._inventor.company()) for _ in range(15 + connections // 100)]
        self.searches = [(self._any_moment(), self._inventor.position()) for _ in range(20 + connections // 20)]

    # -- what follows from the life ---------------------------------------------------------------------------------

    def acquaintance(self, number: int) -> Person:
        """One of the people, as somebody whom the owner of another life may know."""
        person = self.people[number]
        return replace(person, origin=person.origin or (self.seed, number))

    def followers(self, day: date) -> int:
        """How many people follow the member at the end of the day."""
        return sum(person.follows(day) for person in self.people)

    def followers_by_day(self) -> dict[date, tuple[int, int]]:
        """For each day: followers at its end, and how many began to follow on it (those who left are not taken off)."""
        began: Counter[date] = Counter()
        change: Counter[date] = Counter()
        for person in self.people:
            closed, reopened = person.closed_on or date.max, person.reopened_on or date.max
            for since, until in person.follows_member:
                left = until or date.max
                for first, last in ((since, min(left, closed)), (max(since, reopened), left)):
                    if first < last:
                        began[first] += first == since
                        change[first] += 1
                        change[last] -= 1
        first = min(began, default=self.joined)
        days = [first + timedelta(k) for k in range((self.end - first).days + 1)]
        totals = accumulate(change[day] for day in days)
        return {day: (total, began[day]) for day, total in zip(days, totals, strict=True)}

    def text(self, serial: int) -> str:
        """The words of a message. Some are empty (a file alone was sent)."""
        scattered = (serial * 2654435761 + self.seed * 40503) & 0xFFFFFFFF
        scattered ^= scattered >> 15
        if scattered % 37 == 0:
            return ""
        text = self._texts[(scattered >> 3) % len(self._texts)]
        if scattered % 3 == 0:
            return text
        place = self._places[scattered % len(self._places)]
        return f"{text} {place}, {scattered % 24}:{scattered // 24 % 60:02d}, {scattered % 99991:,} in all."

    # -- people -----------------------------------------------------------------------------------------------------

    def _day(self, first: date, last: date) -> date:
        """Any day from first to last; first where last is earlier."""
        return first + timedelta(self._random.randrange(max((last - first).days, 0) + 1))

    def _moment(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 6) + timedelta(seconds=self._random.randrange(14 * 3600))

    def _any_moment(self) -> datetime:
        return self._moment(self._day(self.joined, self.end))

    def _new_person(self) -> Person:
        number = len(self.people)
        name = self._inventor.name()
        if number > 20 and self._random.random() < 0.02:  # somebody else of the same name
            namesake = self.people[self._random.randrange(1, number)].names[0][1]
            credentialed = "," in namesake[1] or self._random.random() < 0.5
            name = namesake if credentialed else (namesake[0], f"{namesake[1]}, {self._inventor.credentials()}")
        person = Person(number, [(self.joined, name)], [(self.joined, self._new_slug(number, name))])
        person.jobs.append((self.joined, self._job()))
        self.people.append(person)
        return person

    def _new_slug(self, number: int, name: tuple[str, str]) -> str:
        slug = slug_of(*name, keep_letters=self._random.random() < 0.7)
        if slug in self._slugs or len(slug) < 3 or self._random.random() < 0.6:
            slug = f"{slug}-{(len(self._slugs) * 2654435761 + number) % 2**32:08x}"
        self._slugs.add(slug)
        return slug

    def _job(self) -> tuple[str, str]:
        chance = self._random.random()
        if chance < 0.04:
            return "", ""
        if chance < 0.06:
            return "", self._inventor.position()
        return self._inventor.company(), self._inventor.position()

    def _meet_connections(self, wanted: int) -> None:
        """Connects people until so many rows are listed on the last day."""
        listed = 0
        while listed < wanted:
            person = self._new_person()
            self._live_as_connection(person)
            listed += person.connection(self.end) is not None

    def _connect(self, person: Person, day: date, last_names: tuple[str, ...]) -> Connection:
        """Begins a spell of connection on a day on which no namesake's began."""
        keys = [matching_name(full_name(person.names[0][1][0], last)) for last in last_names]
        while any(day in self._connected.get(key, ()) for key in keys):
            day -= timedelta(1)
        for key in keys:
            self._connected.setdefault(key, set()).add(day)
        random = self._random
        invited = self._moment(day - timedelta(random.choice((1, 1, 2, 5, 9, 30))))
        note = self._inventor.greeting() if random.random() < 0.2 else ""
        spell = Connection(day, random.random() < 0.55, invited, note)
        person.connections.append(spell)
        return spell

    def _live_as_connection(self, person: Person) -> None:
        random, end = self._random, self.end
        if random.random() < 0.35:
            day = self._day(self.begin, end)
        else:
            day = self.joined + (self.begin - self.joined) * random.random() ** 0.6
        new_last_name = self._inventor.new_last_name()
        spell = self._connect(person, day, (person.names[0][1][1], new_last_name))
        day = spell.connected_on
        later = max(day, self.begin) + timedelta(1)
        if random.random() < 0.05:
            shared = day if random.random() < 0.5 else self._day(day, end)
            self._share_email(person, shared)
        story = random.random()
        if later > end:
            story = 1.0
        if story < 0.03:
            spell.ended_on = self._day(day + timedelta(1), max(self.begin, later))
        elif story < 0.12:
            spell.ended_on = self._day(later, end)
        elif story < 0.16:
            person.closed_on = self._day(later, end)
            if random.random() < 0.2:
                spell.purged_on = person.closed_on + timedelta(random.randrange(10, 300))
            elif self._twists.random() < 0.4:
                person.reopened_on = person.closed_on + timedelta(self._twists.randrange(5, 300))
        elif story < 0.20:
            person.slugs.append((self._day(later, end), self._new_slug(person.number, person.names[0][1])))
        elif story < 0.215:  # a marriage changes name and address at once; the e-mail address tells who it is
            self._share_email(person, day)
            wedding = self._day(later, end)
            person.names.append((wedding, (person.names[0][1][0], new_last_name)))
            person.slugs.append((wedding, self._new_slug(person.number, person.names[-1][1])))
        elif story < 0.25:
            person.names.append((self._day(later, end), (person.names[0][1][0], new_last_name)))
        if spell.ended_on is not None and random.random() < 0.3:
            again = spell.ended_on + timedelta(random.randrange(5, 150))
            if again <= end:
                self._connect(person, again, (person.names[0][1][1],))
                if person.connections[-1].connected_on <= spell.ended_on:
                    person.connections.pop()
        self._change_jobs(person, day)
        self._follow_as_connection(person)

    def _meet_acquaintance(self, known: Person) -> None:
        """Connects somebody of another life: name, addresses and jobs are theirs, the connection is this member's."""
        number = len(self.people)
        person = replace(known, number=number, connections=[], follows_member=[], followed_by_member=[])
        self.people.append(person)
        changes = [since for since, _ in (*person.names[1:], *person.slugs[1:])]
        last = min([*changes, person.closed_on or self.end, self.end])
        spell = self._connect(
            person, self._day(self.joined, last), tuple(last_name for _, (_, last_name) in person.names)
        )
        if not changes and self._random.random() < 0.2:
            spell.ended_on = self._day(spell.connected_on + timedelta(1), self.end)
        self._follow_as_connection(person)

    def _share_email(self, person: Person, day: date) -> None:
        person.email = f"contact.{person.number}.{self.seed}@example.org"
        person.email_shared_on = min(day, person.email_shared_on or day)

    def _change_jobs(self, person: Person, since: date) -> None:
        day = since
        while (day := day + timedelta(int(self._random.expovariate(1 / 1400)) + 20)) <= self.end:
            company, position = self._job()
            if self._random.random() < 0.4:  # promoted where they are
                company = person.jobs[-1][1][0]
            person.jobs.append((day, (company, position)))
        if self._twists.random() < 0.15:  # the same company, spelled another way
            begun, (company, position) = person.jobs[-1]
            day = begun + timedelta(self._twists.randrange(1, 700))
            if company and since < day <= self.end:
                person.jobs.append((day, (respelled(self._twists, company), position)))

    def _follow_as_connection(self, person: Person) -> None:
        random = self._random
        before = timedelta(random.randrange(5, 400)) if random.random() < 0.08 else timedelta(0)
        for spell in person.connections:
            since, until = spell.connected_on - before, spell.ended_on
            before = timedelta(0)
            if until is not None and random.random() < 0.15:
                until = None  # keeps following although no longer connected
            if person.follows_member and (person.follows_member[-1][1] or self.end) >= since:
                continue
            muted = self._day(spell.connected_on + timedelta(1), self.end) if random.random() < 0.07 else None
            if muted is None or (until is not None and muted >= until):
                person.follows_member.append((since, until))
                continue
            person.follows_member.append((since, muted))
            again = muted + timedelta(random.randrange(10, 200))
            if random.random() < 0.25 and (until is None or again < until):
                person.follows_member.append((again, until))
        if random.random() < 0.03:
            muted_by_member = self._day(person.connections[-1].connected_on + timedelta(1), self.end)
            person.followed_by_member.append((muted_by_member, False))
            if random.random() < 0.3:
                person.followed_by_member.append((muted_by_member + timedelta(random.randrange(3, 90)), True))

    def _meet_strangers(self, connections: int) -> None:
        """People who never connected: followers who come and go, people the member follows, open invitations."""
        random, end = self._random, self.end
        for _ in range(20 + int(connections * 0.6)):
            person = self._new_person()
            if random.random() < 0.75:
                since = self._day(self.joined, end) if random.random() < 0.5 else self._day(self.begin, end)
                until = self._day(since + timedelta(1), end) if random.random() < 0.25 else None
                person.follows_member.append((since, until))
            if random.random() < 0.04:
                person.closed_on = self._day(self.begin, end)
            elif random.random() < 0.03:
                renamed = (person.names[0][1][0], self._inventor.new_last_name())
                person.names.append((self._day(self.begin, end), renamed))
            if random.random() < min(0.08, 60 / (connections + 1)):
                followed = self._day(self.joined, end)
                person.followed_by_member.append((followed, True))
                if random.random() < 0.2 and followed < end:
                    person.followed_by_member.append((self._day(followed + timedelta(1), end), False))
            if random.random() < 0.12 or not (person.follows_member or person.followed_by_member):
                sent = self._moment(self._day(self.begin - timedelta(60), end))
                withdrawn = sent.date() + timedelta(random.randrange(5, 200)) if random.random() < 0.5 else None
                note = self._inventor.greeting() if random.random() < 0.3 else ""
                self.pending.append(PendingInvitation(person.number, random.random() < 0.4, sent, note, withdrawn))

    # -- messages ---------------------------------------------------------------------------------------------------

    def _write_messages(self, wanted: int) -> None:
        random = self._random
        connected = [person for person in self.people if person.connections]
        strangers = [person for person in self.people[1:] if not person.connections]
        partners = random.sample(connected, len(connected) * 2 // 5)
        partners += random.sample(strangers, len(strangers) // 8)
        random.shuffle(partners)
        for _ in range(max(3, wanted // 100)):
            self._advertise()
        groups = max(2, len(partners) // 25) if len(connected) > 4 else 0
        for _ in range(groups):
            members = random.sample(connected, random.choice((2, 2, 3, 4)))
            self._talk(tuple(members), max(2, round(wanted * 0.08 / groups)))
        weights = [1 / (rank + 2) ** 0.8 for rank in range(len(partners))]
        share = (wanted - len(self.messages)) / sum(weights, 0.001)
        for person, weight in zip(partners, weights, strict=True):
            self._talk((person,), max(1, int(weight * share)))
        for person in partners:  # what rounding left over
            self._talk((person,), wanted - len(self.messages))
        for message in random.sample(self.messages, min(4, len(self.messages))):
            if message.sender is not None:
                begun = datetime.fromtimestamp(message.sent_at, UTC).date()
                written = self._moment(self._day(max(begun, self.begin) + timedelta(1), self.end))
                discarded = self._day(written.date() + timedelta(1), self.end) if random.random() < 0.5 else None
                text = self._inventor.sentence()
                self.drafts.append(Draft(message.conversation, written, discarded, text, random.random() < 0.3))
        self.messages.sort(key=lambda message: (-message.sent_at, message.serial))

    def _talk(self, people: tuple[Person, ...], count: int) -> None:
        """A conversation in sessions of a few messages each, within the time in which these people could write."""
        random = self._random
        met = [person.connections[0].connected_on for person in people if person.connections]
        first = max(met, default=self._day(self.joined, self.end))
        last = min([person.closed_on - timedelta(1) for person in people if person.closed_on], default=self.end)
        if count <= 0 or first > last:
            return
        archived = self._day(self.begin, self.end) if random.random() < 0.1 else None
        title = self._inventor.title() if len(people) > 1 and random.random() < 0.5 else ""
        number = len(self.conversations)
        numbers = tuple(person.number for person in people)
        self.conversations.append(Conversation(number, numbers, title, archived))
        habit = random.random()  # one in eight never answers, one in eight never gets an answer
        mine = 1.0 if habit < 0.12 else 0.0 if habit < 0.24 else 0.48
        taken: set[int] = set()
        epoch = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp())
        days = (last - first).days + 1
        while count > 0:
            moment = epoch + random.randrange(days) * 86400 + random.randrange(6 * 3600, 11 * 3600)
            for _ in range(min(count, random.randint(1, 12))):
                while moment in taken:
                    moment += 1
                taken.add(moment)
                self._send(moment, number, numbers, mine)
                count -= 1
                if count and random.random() < 0.004 and self._differs_from_next():
                    self._send(moment, number, numbers, mine)  # two messages within one second
                    count -= 1
                moment += random.randrange(20, 2400)

    def _differs_from_next(self) -> bool:
        return self.text(len(self.messages)) != self.text(len(self.messages) - 1)

    def _send(self, moment: int, conversation: int, participants: tuple[int, ...], mine: float) -> None:
        sender = OWNER if self._random.random() < mine else self._random.choice(participants)
        closed_on = self.people[sender].closed_on
        if closed_on is not None and datetime.fromtimestamp(moment, UTC).date() >= closed_on:
            sender = OWNER
        self.messages.append(Message(moment, conversation, sender, len(self.messages)))

    def _advertise(self) -> None:
        number = len(self.conversations)
        self.conversations.append(Conversation(number, ()))
        moment = self._any_moment().replace(tzinfo=UTC)
        self.messages.append(Message(int(moment.timestamp()), number, None, len(self.messages)))

    # -- everything else --------------------------------------------------------------------------------------------

    def _endorse(self, connections: int) -> Iterator[Endorsement]:
        for person in self._random.sample(self.people[1 : connections + 1], connections // 5):
            if person.connections:
                day = self._day(person.connections[0].connected_on, self.end)
                if not person.closed(day):
                    given, accepted = self._random.random() < 0.4, self._random.random() < 0.9
                    yield Endorsement(person.number, given, self._moment(day), self._inventor.skill(), accepted)

    def _recommend(self) -> Iterator[Recommendation]:
        """Only people who stay: what a recommendation says of the company is then what Connections.csv says."""
        staying = [p for p in self.people if p.connection(self.end) and not p.closed_on and len(p.connections) == 1]
        for person in self._random.sample(staying, min(6, len(staying))):
            day = self._day(person.connections[0].connected_on, self.end)
            text = self._inventor.sentence(4) + "\n\n" + self._inventor.sentence()
            yield Recommendation(person.number, self._random.random() < 0.5, self._moment(day), text)

    def _post(self) -> Iterator[Post]:
        day, number = self.joined, 0
        while (day := day + timedelta(self._random.randrange(2, 40))) <= self.end:
            lines = [self._inventor.sentence(3) for _ in range(self._random.randint(1, 5))]
            text = "" if self._random.random() < 0.2 else "\n\n".join(lines) + " #data #networks"
            yield Post(self._moment(day), text, number)
            number += 1

    def _react(self) -> Iterator[Reaction]:
        kinds = ("LIKE", "LIKE", "LIKE", "PRAISE", "EMPATHY", "APPRECIATION", "INTEREST", "ENTERTAINMENT", "MAYBE")
        for _ in range(len(self.posts) * 3):
            moment = self._any_moment()
            yield Reaction(moment, self._random.choice(kinds), self._random.randrange(10**6))

    def _comment(self) -> Iterator[Comment]:
        for _ in range(len(self.posts)):
            lines = [self._inventor.remark() for _ in range(self._random.choice((1, 1, 1, 2, 3)))]
            separator = self._random.choice(("\n", "\n\n"))
            moment = self._any_moment()
            yield Comment(moment, separator.join(lines), self._random.randrange(10**6))


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the month's 28th where it is shorter."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, min(day.day, 28))
