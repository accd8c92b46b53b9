"""Who was forgotten, told by keyed digests alone: enough to know them again in a file, not to say who they were.

The digests are made with a secret that lies in the same file, so they protect against a look at it, not against
somebody who has the home and guesses; without them the next archive would bring everybody back.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

NAME_WORDS_AT_MOST = 8
"""A longer name is compared as a whole cell, not looked for in running text."""

_SETS = ("people", "first_words", "owners", "archives", "connected")


@dataclass(frozen=True)
class Person:
    """What tells a person: keys such as `slug:ann-example`, e-mail addresses in lower case, and names as compared.

    `names` are those that nobody else bears: another person's name is no reason to take out a row.
    """

    keys: frozenset[str]
    emails: frozenset[str]
    names: frozenset[str]


@dataclass
class Register:
    """The digests of all who were forgotten. `pending` says that the home may still hold something of them."""

    secret: bytes
    people: set[str] = field(default_factory=set)
    """Digests of keys, e-mail addresses and names."""
    first_words: set[str] = field(default_factory=set)
    """Digests of the first words of names: where one stands, it is worth comparing more."""
    owners: set[str] = field(default_factory=set)
    archives: set[str] = field(default_factory=set)
    connected: set[str] = field(default_factory=set)
    """Digests of the connections that forgotten owners had: a list of them in other bytes is told by these."""
    pending: bool = False

    def __post_init__(self) -> None:
        self._digest = lru_cache(maxsize=1 << 20)(self._digest_of)

    def __bool__(self) -> bool:
        return bool(self.people or self.owners)

    def add_person(self, person: Person) -> None:
        """Registers somebody by everything that tells them."""
        self.people |= {self._digest(key) for key in person.keys}
        self.people |= {self._digest(f"email:{email}") for email in person.emails}
        for name in person.names:
            self.people.add(self._digest(f"name:{name}"))
            words = name.split(" ")
            if len(words) <= NAME_WORDS_AT_MOST:
                self.first_words.add(self._digest(f"word:{plain_word(words[0])}"))

    def add_owner(self, slugs: Iterable[str], archives: Iterable[str], connections: Iterable[str]) -> None:
        """Registers an owner by all of their addresses, and the archives and connections that were theirs."""
        self.owners |= {self._digest(f"owner:{slug}") for slug in slugs}
        self.connected |= {self._digest_of(f"connected:{one}") for one in connections}
        self.archives |= {self._digest(f"archive:{archive_id}") for archive_id in archives}

    def has_key(self, key: str) -> bool:
        """Whether a key is one of somebody forgotten; `dated` and `named` keys belong to an owner as well."""
        return self._digest(key) in self.people or (
            key.startswith(("dated:", "named:")) and self.has_owner(key.partition(":")[2].partition("|")[0])
        )

    def has_email(self, email: str) -> bool:
        return self._digest(f"email:{email.lower()}") in self.people

    def has_name(self, match_name: str) -> bool:
        """Whether a name, as compared, is that of somebody forgotten, and was nobody else's."""
        return self._digest(f"name:{match_name}") in self.people

    def begins_name(self, word: str) -> bool:
        """Whether a name of several words begins like this."""
        return self._digest(f"word:{plain_word(word)}") in self.first_words

    def has_owner(self, owner: str) -> bool:
        return self._digest(f"owner:{owner}") in self.owners

    def share_of_connections(self, connections: Sequence[str]) -> float:
        """Which share of some connections a forgotten owner had; 0 of none."""
        had = sum(self._digest_of(f"connected:{one}") in self.connected for one in connections)
        return had / len(connections) if connections else 0.0

    def has_archive(self, archive_id: str) -> bool:
        """Whether a file was a forgotten owner's, and is not to be read again."""
        return self._digest(f"archive:{archive_id}") in self.archives

    def write(self, path: Path) -> None:
        """Writes the register for good, whole or not at all."""
        said = {"secret": self.secret.hex(), "pending": self.pending} | {
            name: sorted(getattr(self, name)) for name in _SETS
        }
        unfinished = path.with_name(path.name + ".next")
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump(said, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    @staticmethod
    def read(path: Path) -> Register:
        """The register of a home; an empty one with a secret of its own where nobody was ever forgotten."""
        if not path.exists():
            return Register(secrets.token_bytes(32))
        said = json.loads(path.read_text(encoding="utf-8"))
        lists = {name: set(said.get(name, ())) for name in _SETS}
        return Register(bytes.fromhex(said["secret"]), **lists, pending=said["pending"])

    def _digest_of(self, text: str) -> str:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self.secret, digest_size=16).hexdigest()


def plain_word(word: str) -> str:
    """A word as names are compared (exports/names.py), one at a time: a first sieve, which lets through too much."""
    compatible = unicodedata.normalize("NFKC", word)
    kept = "".join(c for c in compatible if unicodedata.category(c) not in ("Cf", "So", "Mn", "Sk", "Me"))
    return kept.casefold()
