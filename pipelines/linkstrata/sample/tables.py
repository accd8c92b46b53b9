"""The rows of the published tables, as the truth gives them.

Meanings are those of contract.md. What the contract leaves open is None here and is not to be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from linkstrata.sample.naming import matching_name


def contact_key(profile_url: str | None, full_name: str | None, connected_on: date | None) -> str:
    """What a contact of the truth and one of the published tables are matched by: the address; without one, the name
    and the day of connection."""
    return profile_url or f"{matching_name(full_name or '')} {connected_on or ''}".strip()


@dataclass(frozen=True, slots=True)
class Contact:
    """A row of `contacts`. `person` is the life's number of whoever is behind it. Names have single blanks; first and
    last name are None where the newest full name came in one piece."""

    key: str
    person: int
    full_name: str | None
    first_name: str | None
    last_name: str | None
    profile_url: str | None
    email: str | None
    company: str | None
    position: str | None
    segment: str
    is_connection: bool
    connected_on: date | None
    follows_me: str
    i_follow: str
    messages_sent: int
    messages_received: int
    first_message_at: datetime | None
    last_message_at: datetime | None
    first_seen_on: date
    last_seen_on: date


@dataclass(frozen=True, slots=True)
class FollowEvidence:
    """A row of `follow_evidence`. `request` is the place of the file among the requests; None where the contract does
    not say which of several it is."""

    contact: str
    direction: str
    state: str
    source: str
    match: str
    request: int | None


@dataclass(frozen=True, slots=True)
class AudienceDay:
    """A row of `audience_daily`."""

    day: date
    connections: int
    new_connections: int
    lost_connections: int
    followers: int | None
    followers_basis: str | None
    new_followers: int | None
    follower_only_at_least: int | None
    muted_connections_at_least: int | None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A row of `messages`; `contact` None is SQL's NULL. `serial` is the life's number of the message. Where only files
    of 2018 have it, `conversation_id` is None and the time is cut to the minute, as they have it."""

    serial: int
    contact: str | None
    conversation_id: str | None
    direction: str
    sent_at: datetime
    subject: str
    content: str


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A row of `invitations`; `contact` None is SQL's NULL."""

    contact: str | None
    direction: str
    sent_at: datetime
    message: str


@dataclass(frozen=True, slots=True)
class ContactPeriod:
    """A row of `contact_history`."""

    contact: str
    valid_from: date
    valid_to: date
    full_name: str | None
    company: str | None
    position: str | None
    email: str | None
    profile_url: str | None


@dataclass(frozen=True, slots=True)
class ContactEvent:
    """A row of `contact_events`. `request` is the place of the file among the requests."""

    contact: str
    event: str
    happened_after: date
    happened_by: date
    old_value: str | None
    new_value: str | None
    request: int


@dataclass(frozen=True, slots=True)
class SegmentPeriod:
    """A row of `segment_history`."""

    contact: str
    segment: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class ContactAsOf:
    """A row of `contacts_as_of`."""

    contact: str
    full_name: str | None
    first_name: str | None
    last_name: str | None
    profile_url: str | None
    company: str | None
    position: str | None
    segment: str
    is_connection: bool
    connected_on: date | None
