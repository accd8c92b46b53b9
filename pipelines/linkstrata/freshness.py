"""How old the newest file of each kind is, and what to fetch where there is none or an old one.

Status, report and dashboard say it; how they look is theirs. Nothing is asked of any database here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

STALE_AFTER_DAYS = 31
"""LinkedIn shows what is now, never what was: a month without an export is a month that can't be told apart later."""


@dataclass(frozen=True)
class Source:
    """A kind of file that a member fetches again and again."""

    kind: str
    newest: date | None
    advice: str
    """Where to get the next one."""
    gives: str
    """What nobody can tell without it."""

    def age(self, today: date) -> int | None:
        """Days since the newest; None where there is none."""
        return (today - self.newest).days if self.newest else None

    def state(self, today: date) -> Literal["missing", "old", "fresh"]:
        """Whether it is time for the next one."""
        age = self.age(today)
        return "missing" if age is None else "old" if age > STALE_AFTER_DAYS else "fresh"


def sources(connections: date | None, newest: Mapping[str, date]) -> tuple[Source, ...]:
    """The three kinds, by the day of the newest export that lists connections and of the newest file of each source."""
    return (
        Source(
            "Connections",
            connections,
            "On LinkedIn: Settings & Privacy, Data privacy, Get a copy of your data; choose the larger archive.",
            "who is connected, who left, who changed jobs",
        ),
        Source(
            "Follower totals",
            newest.get("creator_analytics"),
            "On LinkedIn: your profile, Analytics, Audience, Export; choose 365 days so that no day is left out.",
            "the number of followers and how many are not connected",
        ),
        Source(
            "Follower list",
            newest.get("follower_list"),
            "LinkedIn exports none. A list that you keep, from any tool, as a CSV with profile addresses or names.",
            "who follows you, by name",
        ),
    )
