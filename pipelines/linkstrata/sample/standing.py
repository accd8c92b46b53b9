"""How contacts stand by some of a member's files: what they are called and do, whether connected, who follows whom.

By all files together this gives `contacts`; by those up to a day, how the contacts stood on that day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from linkstrata.sample.following import Following
from linkstrata.sample.people import People
from linkstrata.sample.sightings import Key, Sightings


@dataclass
class Profile:
    """What is known of a person beside name and address, and whether Connections.csv lists them now or ever did."""

    is_connection: bool = False
    was_connection: bool = False
    email: str = ""
    company: str = ""
    position: str = ""
    headline: str = ""


class Standing:
    """What files tell together, oldest first; of two owners' people only those whom these files name.

    totals: the follower totals that say which of the lists are complete.
    """

    def __init__(self, files: Sequence[Sightings], people: People, totals: Mapping[date, int]) -> None:
        self.known = people.told(files)
        self.following = Following(files, people, totals)
        self._profiles = _profiles(files, people)

    def profile(self, root: Key) -> Profile:
        return self._profiles.get(root) or Profile()


def _profiles(files: Sequence[Sightings], people: People) -> dict[Key, Profile]:
    """By the rules "email, company, position: last known" and "is_connection: in the newest file that lists
    connections". Where Connections.csv never said a position, the headline in a follower list stands for it."""
    profiles: dict[Key, Profile] = {}
    for file in files:
        if file.connections is not None:
            for profile in profiles.values():
                profile.is_connection = False
        for row in file.connections or ():
            root = people.of(row.naming)
            if root is not None:
                profile = profiles.setdefault(root, Profile())
                profile.is_connection = profile.was_connection = True
                profile.email = row.email or profile.email
                profile.company = row.company or profile.company
                profile.position = row.position or profile.position
        for seen in file.followers:
            root = people.of(seen.naming)
            if root is not None and seen.headline:
                profiles.setdefault(root, Profile()).headline = seen.headline
    return profiles
