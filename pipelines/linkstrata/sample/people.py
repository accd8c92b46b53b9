"""Everybody whom a sample's files name: one person each as far as the files prove, with names, addresses and days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from linkstrata.sample.identity import Identity
from linkstrata.sample.life import OWNER
from linkstrata.sample.sightings import Key, Naming, Sightings
from linkstrata.sample.tables import contact_key

ADDRESS = "https://www.linkedin.com/in/"


@dataclass
class Known:
    """What the files say of one person, oldest file first."""

    person: int
    names: list[tuple[date, str, tuple[str, str] | None]] = field(default_factory=list)
    slugs: list[tuple[date, str]] = field(default_factory=list)
    member_ids: list[tuple[date, str]] = field(default_factory=list)
    seen_on: list[date] = field(default_factory=list)
    connected_on: date | None = None

    def name(self) -> tuple[str | None, str | None, str | None]:
        """Full, first and last name "as LinkedIn gave them last"; the parts are the last ones given that make up the
        full name, None where no file gives it in parts."""
        if not self.names:
            return None, None, None
        of_newest = [(name, parts) for day, name, parts in self.names if day == self.names[-1][0]]
        name, _ = next((found for found in of_newest if found[1] is not None), of_newest[0])
        given = (parts for _, whole, parts in reversed(self.names) if whole == name and parts is not None)
        parts = next(given, None)
        return (name, *parts) if parts else (name, None, None)

    def profile_url(self) -> str | None:
        """The newest address: "with a member id (`ACoAA…`) in the slug's place where only that is known; NULL where
        neither is"."""
        known = self.slugs or self.member_ids
        return ADDRESS + known[-1][1] if known else None

    def key(self) -> str:
        return contact_key(self.profile_url(), self.name()[0], self.connected_on)

    def note(self, day: date, naming: Naming) -> None:
        """Takes in one more way in which a file of the day names this person."""
        self.seen_on.append(day)
        if naming.name is not None:
            parts = (collapsed(naming.parts[0]), collapsed(naming.parts[1])) if naming.parts else None
            self.names.append((day, collapsed(naming.name), parts))
        for space, value in naming.keys:
            if space == "slug":
                self.slugs.append((day, str(value)))
            elif space == "member_id":
                self.member_ids.append((day, str(value)))


class People:
    """Who is who in one member's files, which are given oldest first."""

    def __init__(self, files: Sequence[Sightings], identity: Identity) -> None:
        self._identity = identity
        self._owner = files[0].owner if files else ""
        self.known = self.told(files)
        self.keys = {root: known.key() for root, known in self.known.items()}
        if len(set(self.keys.values())) < len(self.keys):
            raise ValueError("two contacts cannot be told apart by address, or by name and day of connection")

    def of(self, naming: Naming | None) -> Key | None:
        """The person whom a naming means; None where it means nobody for certain."""
        return self._identity.of(self._owner, naming)

    def told(self, files: Sequence[Sightings]) -> dict[Key, Known]:
        """Everybody whom some of the files name, with what these say; files oldest first."""
        known: dict[Key, Known] = {}
        for file in files:
            for naming in file.namings:
                root = self.of(naming)
                if root is not None:
                    known.setdefault(root, Known(naming.person)).note(file.day, naming)
            for row in file.connections or ():
                root = self.of(row.naming)
                if root is not None:
                    known[root].connected_on = row.spell.connected_on
        return known

    def key_of(self, naming: Naming | None) -> str | None:
        """The same, as the key of the contact; None for the member too."""
        if naming is None or naming.person == OWNER:
            return None
        root = self.of(naming)
        return None if root is None else self.keys[root]

    def fits(self, naming: Naming) -> set[Key]:
        """Those whom a naming might mean, while it is certain of none of them."""
        return self._identity.fits(naming)

    def match(self, naming: Naming) -> str:
        """By what a naming is tied to its person: `url`, `member_id` or `name`."""
        return self._identity.match(naming)


def collapsed(name: str) -> str:
    """Without blanks at the ends, single ones between."""
    return " ".join(name.split())
