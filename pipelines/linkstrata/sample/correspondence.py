"""The truth of `messages` and `invitations`: each once, however many archives repeat it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from linkstrata.sample.life import OWNER, Life
from linkstrata.sample.people import People
from linkstrata.sample.requests import Archive
from linkstrata.sample.showing import ShownMessage, conversation_id
from linkstrata.sample.sightings import Sightings
from linkstrata.sample.tables import InvitationRow, MessageRow


class _Told:
    """One message as all archives together tell it."""

    __slots__ = ("named", "precise", "sender", "shown")

    def __init__(self) -> None:
        self.named: dict[int, str] = {}  # recipients by the life's number
        self.sender: str | None = None
        self.shown: ShownMessage
        self.precise = False


def messages(life: Life, files: Sequence[Sightings], people: People) -> list[MessageRow]:
    """By the rule "one row per message and counterpart (sent: each recipient; received: the sender)", oldest first;
    files oldest first.

    "person_id NULL for 'LinkedIn Member', unless another archive names them": a counterpart is whom the newest archive
    says that names somebody, and those whom none names have one row together. "drafts are left out; no row twice".
    """
    told: dict[int, _Told] = {}
    for file in files:
        precise = isinstance(file.request, Archive) and file.request.formats.messages_have_addresses
        for seen in file.messages():
            shown = seen.shown
            if shown.serial is None:
                continue
            message = told.setdefault(shown.serial, _Told())
            message.shown = shown
            message.precise |= precise
            message.sender = people.key_of(seen.sender) or message.sender
            for naming in seen.recipients:
                found = people.key_of(naming)
                if naming is not None and found is not None:
                    message.named[naming.person] = found
    rows = [row for serial, message in told.items() for row in _rows(life, serial, message)]
    return sorted(rows, key=lambda row: (row.sent_at, row.serial, row.contact or ""))


def _rows(life: Life, serial: int, message: _Told) -> Iterator[MessageRow]:
    shown = message.shown
    conversation = shown.conversation
    sent = shown.sender == OWNER
    recipients = {message.named.get(person) for person in conversation.participants}
    for contact in recipients if sent else {message.sender}:
        yield MessageRow(
            serial,
            contact,
            conversation_id(life, conversation.number) if message.precise else None,
            "sent" if sent else "received",
            (shown.sent_at if message.precise else shown.sent_at.replace(second=0)).replace(tzinfo=None),
            shown.subject,
            shown.content,
        )


def invitations(files: Sequence[Sightings], people: People) -> list[InvitationRow]:
    """Every invitation that any archive shows, once, oldest first; whose it is says the newest archive that can."""
    told: dict[tuple[int, bool, datetime], tuple[str | None, str]] = {}
    for file in files:
        for seen in file.invitations:
            key = (seen.naming.person, seen.incoming, seen.sent_at)
            before = told.get(key, (None, ""))[0]
            told[key] = (people.key_of(seen.naming) or before, seen.message)
    rows = [
        InvitationRow(contact, "incoming" if incoming else "outgoing", sent_at, message)
        for (_, incoming, sent_at), (contact, message) in told.items()
    ]
    return sorted(rows, key=lambda row: (row.sent_at, row.direction, row.contact or ""))
