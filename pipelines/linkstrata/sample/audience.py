"""The truth of `audience_daily`: connections, followers and the bounds between them, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise

from linkstrata.sample.people import People
from linkstrata.sample.sightings import Key, Sightings
from linkstrata.sample.tables import AudienceDay


def audience_daily(files: Sequence[Sightings], people: People) -> Iterator[AudienceDay]:
    """One row a day, "from the first connection or reported follower day to the newest export"; files oldest first."""
    new, lost, present = _connections(files, people)
    totals, gains = reported_followers(files)
    days = [*new, *totals, *gains]
    if not days:
        return
    first, newest = min(days), max(file.day for file in files)
    span = [first + timedelta(k) for k in range((newest - first).days + 1)]
    counts = accumulate(present[day] for day in span)
    for day, connections in zip(span, counts, strict=True):
        followers, basis = followers_on(day, totals, gains)
        ahead = None if followers is None else followers - connections
        yield AudienceDay(
            day,
            connections,
            new[day],
            lost[day],
            followers,
            basis,
            gains.get(day),
            None if ahead is None else max(ahead, 0),
            None if ahead is None else max(-ahead, 0),
        )


def _connections(files: Sequence[Sightings], people: People) -> tuple[Counter[date], Counter[date], Counter[date]]:
    """By day: spells that began ("connected that day, hidden ones included"), spells first missing from that day's
    export ("a row turned hidden is not lost"), and the change in how many there are.

    A connection counts from its day until the export that misses it; one that came back before that export counts once
    from the day of its return on.
    """
    listings = [file for file in files if file.connections is not None]
    spells = {id(row.spell): row for file in listings for row in file.connections or ()}
    whose: dict[int, Key] = {}
    for file in listings:
        for row in file.connections or ():
            root = people.of(row.naming)
            if root is not None:
                whose[id(row.spell)] = root
    new = Counter(row.spell.connected_on for row in spells.values())
    lost: Counter[date] = Counter()
    present: Counter[date] = Counter(new)
    for before, after in pairwise(listings):
        listed = {id(row.spell) for row in after.connections or ()}
        returned = {whose[spell]: spells[spell].spell.connected_on for spell in listed if spell in whose}
        for row in before.connections or ():
            spell = id(row.spell)
            if spell not in listed:
                lost[after.day] += 1
                back = returned.get(whose[spell]) if spell in whose else None
                present[after.day if back is None else back] -= 1
    return new, lost, present


def reported_followers(files: Sequence[Sightings]) -> tuple[dict[date, int], dict[date, int]]:
    """Totals and gains by day, "the newest export's figure for that day"; files oldest first."""
    totals: dict[date, int] = {}
    gains: dict[date, int] = {}
    for file in files:
        if file.reported is not None:
            totals[file.day] = file.reported[0]
            gains |= file.reported[1]
    return totals, gains


def followers_on(
    day: date, totals: Mapping[date, int], gains: Mapping[date, int]
) -> tuple[int, str] | tuple[None, None]:
    """`reported` on a total's own day; `derived` where daily gains without a gap lead to a total (the nearest, the
    later on a tie)."""
    if day in totals:
        return totals[day], "reported"
    for told in sorted(totals, key=lambda told: (abs(told - day), day - told)):
        earlier, apart = min(day, told), abs((told - day).days)
        change = _gained(earlier, apart, gains)
        if change is not None:
            return max(totals[told] + (-change if day < told else change), 0), "derived"
    return None, None


def _gained(after: date, days: int, gains: Mapping[date, int]) -> int | None:
    """What so many days after a day gained together; None where one of them is not reported."""
    gained = 0
    for step in range(1, days + 1):
        on_day = gains.get(after + timedelta(step))
        if on_day is None:
            return None
        gained += on_day
    return gained
