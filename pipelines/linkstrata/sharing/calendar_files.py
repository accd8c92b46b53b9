"""Days for a calendar: anniversaries of connecting, and messages that wait for the owner's answer.

Each has an id that stays, so that importing a newer file changes the entries of the older one and doubles none.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar

from linkstrata.settings import Settings
from linkstrata.warehouse.connection import read_published

ANSWER_WITHIN_DAYS = 90
"""Older messages than this wait for no answer any more."""

_ANNIVERSARIES = """
    select owner, person_id, coalesce(full_name, profile_url, 'somebody'), profile_url, connected_on
    from contacts where is_connection and connected_on is not null and owner = coalesce($owner, owner)
    order by owner, person_id
"""
_WAITING = """
    select c.owner, c.person_id, coalesce(full_name, profile_url, 'somebody'), profile_url,
        cast(c.last_message_at as date), b.today
    from relationships as r join contacts as c using (owner, person_id) cross join build_info as b
    where r.unanswered_received > 0 and r.days_since_message <= $most and c.owner = coalesce($owner, c.owner)
    order by owner, person_id
"""


def write_calendar(settings: Settings, path: Path, owner: str | None = None) -> int:
    """Writes the calendar file and gives the number of its entries. Raises connection.NotPublished."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//linkstrata//EN")
    calendar.add("version", "2.0")
    with read_published(settings.published_database) as reader:
        ((built_at,),) = reader.execute("select built_at from build_info").fetchall()
        stamp = built_at.replace(tzinfo=UTC, microsecond=0)
        for whose, person, name, address, day in reader.execute(_ANNIVERSARIES, {"owner": owner}).fetchall():
            says = f"Connected with {name} since {day.year}"
            event = _event(f"connected-{whose}-{person}", day, says, address, stamp)
            event.add("rrule", {"freq": "yearly"})
            calendar.add_component(event)
        waiting = reader.execute(_WAITING, {"owner": owner, "most": ANSWER_WITHIN_DAYS}).fetchall()
        for whose, person, name, address, day, today in waiting:
            says = f"Answer {name}, who wrote on {day}"
            calendar.add_component(_event(f"answer-{whose}-{person}", today, says, address, stamp))
    path.write_bytes(calendar.to_ical())
    return len(calendar.subcomponents)


def _event(uid: str, day: date, says: str, address: str | None, stamp: datetime) -> icalendar.Event:
    """A whole day that keeps nobody busy."""
    event = icalendar.Event()
    event.add("uid", f"{uid}@linkstrata")
    event.add("dtstamp", stamp)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", says)
    event.add("transp", "TRANSPARENT")
    if address:
        event.add("url", address)
    return event
