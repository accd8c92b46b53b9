"""The reasons to write of `main.occasions` as days for a calendar.

Anniversaries and birthdays come back every year, but for the days on which nothing is left to do; what was put off and
what waits for an answer stands on its day, and a season once for all whom it is for. Each entry has an id that stays,
so that importing a newer file changes the entries of the older one and doubles none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import icalendar
from duckdb import DuckDBPyConnection

from linkstrata.curation.occasions import KINDS
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import read_published

_YEARLY = {"anniversary": "connected", "birthday": "birthday"}
"""What comes back every year, and how its entries' ids begin."""

_OCCASIONS = """
    select
        o.owner, o.person_id, o.kind, o.occasion, o.occurs_on, o.due_on, o.reason, o.state, c.profile_url,
        coalesce(c.full_name, c.profile_url, 'somebody') as name,
        -- the day that it goes back to, where that is known
        case o.kind when 'anniversary' then c.connected_on else o.occurs_on end as began_on,
        o.kind = 'birthday' and exists (
            from address_book as a
            where a.owner = o.owner and a.person_id = o.person_id and birth_month = 2 and birth_day = 29
        ) as is_leap_day
    from occasions as o
    join contacts as c on c.owner = o.owner and c.person_id = o.person_id
    where o.owner = coalesce($owner, o.owner) and list_contains($kinds, o.kind)
    order by o.kind, o.owner, o.person_id, o.occurs_on, o.occasion
"""

Occasion = Mapping[str, Any]


def write_calendar(settings: Settings, path: Path, owner: str | None = None, kinds: Sequence[str] = KINDS) -> int:
    """Writes the calendar file and gives the number of its entries. Raises connection.NotPublished."""
    with read_published(settings.published_database) as reader:
        calendar = calendar_of(reader, owner, kinds)
    path.write_bytes(calendar.to_ical())
    return len(calendar.subcomponents)


def calendar_of(
    reader: DuckDBPyConnection,
    owner: str | None = None,
    kinds: Sequence[str] = KINDS,
    within: tuple[date, date] | None = None,
) -> icalendar.Calendar:
    """The calendar of one owner's occasions, or of everybody's, as the published database has them.

    `within` leaves those that are due from its first day to its last; without it they are all that lie ahead.
    """
    reader.execute("select today, built_at from build_info")
    ((today, built_at),) = reader.fetchall()
    reader.execute(_OCCASIONS, {"owner": owner, "kinds": list(kinds)})
    names = [column[0] for column in reader.description or ()]
    found = [dict(zip(names, row, strict=True)) for row in reader.fetchall()]
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//linkstrata//EN")
    calendar.add("version", "2.0")
    for event in _entries(found, today, within, built_at.replace(tzinfo=UTC, microsecond=0)):
        calendar.add_component(event)
    return calendar


def _entries(
    occasions: Iterable[Occasion], today: date, within: tuple[date, date] | None, stamp: datetime
) -> Iterator[icalendar.Event]:
    first, last = within or (today, date.max)
    seasons: dict[tuple[str, str, date], list[Occasion]] = {}
    for (kind, _owner, _person), of_one in groupby(
        occasions, lambda row: (row["kind"], row["owner"], row["person_id"])
    ):
        rows = list(of_one)
        due = [row for row in rows if row["state"] in ("open", "later") and first <= row["due_on"] <= last]
        yearly = kind in _YEARLY
        if yearly and all(row["state"] != "never" for row in rows) and (due or not within):
            yield _series(rows, stamp)
        for row in due:
            if kind == "season":
                seasons.setdefault((row["owner"], row["occasion"], row["due_on"]), []).append(row)
            elif not yearly or row["state"] == "later":
                uid = f"{row['occasion'].replace(':', '-')}-{row['owner']}-{row['person_id']}"
                yield _event(uid, row["due_on"], _summary(row), stamp, row["profile_url"], row["reason"])
    for (owner, occasion, day), rows in sorted(seasons.items()):
        uid = f"{occasion.replace(':', '-')}-{owner}-{day}"
        yield _event(uid, day, f"Wish {rows[0]['reason']}", stamp, None, "\n".join(sorted(row["name"] for row in rows)))


def _series(rows: Sequence[Occasion], stamp: datetime) -> icalendar.Event:
    """What comes back every year, but for the days that are done or put off."""
    first = rows[0]
    began_on: date = first["began_on"]
    event = _event(
        f"{_YEARLY[first['kind']]}-{first['owner']}-{first['person_id']}",
        began_on,
        f"Connected with {first['name']} since {began_on.year}"
        if first["kind"] == "anniversary"
        else f"Birthday of {first['name']}",
        stamp,
        first["profile_url"],
    )
    last_of_february = first["is_leap_day"] or (began_on.month, began_on.day) == (2, 29)
    event.add("rrule", {"freq": "yearly", **({"bymonth": 2, "bymonthday": -1} if last_of_february else {})})
    for row in rows:
        if row["state"] != "open":
            event.add("exdate", row["occurs_on"])
    return event


def _summary(row: Occasion) -> str:
    name = row["name"]
    match row["kind"]:
        case "answer":
            return f"Answer {name}, who wrote on {row['occurs_on']}"
        case "follow_up":
            return f"Follow up: {name}"
        case "birthday":
            return f"Birthday of {name} on {row['occurs_on']}"
    return f"Write to {name}: {row['reason']}"


def _event(
    uid: str, day: date, says: str, stamp: datetime, address: str | None, more: str | None = None
) -> icalendar.Event:
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
    if more:
        event.add("description", more)
    return event
