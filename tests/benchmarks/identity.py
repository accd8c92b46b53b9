"""Who linkstrata takes for one person among many, against who they are: wrong merges, and the share of pairs found.

    identity.py [--people 100000] [--seed 1]

A member's life with people who change names and addresses, who share names, and who stand in lists by their id alone,
seen through exports of 2019 (no addresses yet), 2023 (numbers in invitations), 2024 and today, and through three lists
of followers; a second member knows some of the same people. Every key that a file names somebody by belongs to one
person of the life. A wrong merge is two people under one person_id; a true pair is two keys of one person, and it is
found where both have one person_id. Both are counted apart by what ties the keys: a chain of them (one row that has
both, one name and day of connecting, one e-mail address), or a name with one bearer as far as the files show, by
the plain rules of `linkstrata.sample.identity`. What those rules leave open (somebody whose name others bear too) no
file proves, and to find it would be a guess. Where somebody stands in the files by id alone and one namesake by
address alone, the rule of names takes the two for one, which no file contradicts: these are counted by themselves.
Leaves with status 1 on any other wrong merge, or where less than 99 % of the provable pairs were found.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from pathlib import Path

from linkstrata.exports.addresses import parse_address
from linkstrata.sample.identity import Identity
from linkstrata.sample.life import Life, Owner, Person
from linkstrata.sample.people import ADDRESS
from linkstrata.sample.requests import Archive, Contents, FollowerList, Keyed, Layout, Request
from linkstrata.sample.sightings import Key, Naming, Sightings
from linkstrata.sample.writing import write_all
from linkstrata.settings import Settings, project_root
from linkstrata.warehouse.connection import read_published
from linkstrata.warehouse.pipeline import Request as Loading
from linkstrata.warehouse.pipeline import Session
from linkstrata.warehouse.receipts import Options

END = date(2026, 11, 1)
TODAY = date(2026, 12, 1)
SECOND = Owner("Orsolya", "Brandt", "orsolya-brandt")
Somebody = tuple[int, int]
"""A person, by the seed of the life they come from and their number in it."""

FIRST_FILES: tuple[Request, ...] = (
    Archive(date(2019, 8, 1)),
    Archive(date(2023, 8, 1)),
    Archive(date(2024, 6, 1), Contents.BASIC),
    FollowerList(date(2025, 2, 1), Layout.PHANTOMBUSTER, Keyed.MEMBER_ID),
    FollowerList(date(2025, 9, 1), Layout.CONSOLE, Keyed.SLUG, share=0.5),
    FollowerList(date(2026, 3, 1), Layout.CONSOLE, Keyed.MEMBER_ID, share=0.5),
    Archive(END),
)
SECOND_FILES: tuple[Request, ...] = (Archive(date(2022, 1, 10)), Archive(date(2026, 10, 1), Contents.BASIC))

BY_KEYS = "tied by keys"
BY_NAME = "tied by a name with one bearer"
OPEN = "left open by the files"


@dataclass
class Score:
    """What was found: `pairs` and `found` count the true pairs by what ties them, `misled` are the wrong merges that
    the rules make too."""

    people: int
    keys: int
    wrong_merges: list[tuple[Somebody, Somebody]] = field(default_factory=list)
    misled: list[tuple[Somebody, Somebody]] = field(default_factory=list)
    pairs: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)

    def share(self, tie: str) -> float:
        return self.found[tie] / self.pairs[tie] if self.pairs[tie] else 1.0


def lives_of(people: int, seed: int) -> list[tuple[Life, Sequence[Request]]]:
    """Two members who together know so many people; a fiftieth of the first one's people know the second too."""
    connections = round(people / 1.7)
    first = Life(seed, connections, months=90, end=END, messages=connections // 2)
    known = [first.acquaintance(number) for number in range(1, len(first.people), 50)]
    second = Life(seed + 10_000, connections // 100, 60, END, owner=SECOND, acquaintances=known)
    return [(first, FIRST_FILES), (second, SECOND_FILES)]


def judge(lives: Sequence[tuple[Life, Sequence[Request]]], folder: Path) -> Score:
    """Ingests the files of the lives into a new home in the folder, and compares what is published with the lives."""
    settings = Settings(folder / "home", project_root(), TODAY)
    with Session(settings) as session:
        for number, (life, requests) in enumerate(lives):
            for path, request in zip(write_all(life, requests, folder / str(number)), requests, strict=True):
                options = Options(life.owner_slug, request.day)
                (outcome,) = session.load(Loading((path,), options)).files
                if outcome.reason is not None:
                    raise RuntimeError(f"{path.name}: {outcome.reason}")
        session.build()
    with read_published(settings.published_database) as reader:
        rows = reader.execute("select person_key, person_id from person_keys").fetchall()
    return scored(lives, dict(rows))


def scored(lives: Sequence[tuple[Life, Sequence[Request]]], person_ids: dict[str, str]) -> Score:
    """Holds the published id of each key against whose key it is."""
    files = [(life, Sightings(life, request)) for life, requests in lives for request in requests]
    rules = Identity([sightings for _, sightings in files])
    chains = Chains()
    people: set[Somebody] = set()
    held: dict[Somebody, dict[str, Key | None]] = defaultdict(dict)
    for life, sightings in files:
        for naming in sightings.namings:
            person = origin(life, life.people[naming.person])
            people.add(person)
            handles = [handle for handle in handles_of(naming) if handle in person_ids]
            held[person].update(dict.fromkeys(handles, rules.of(life.owner_slug, naming)))
            chains.tie([*handles, *map(str, naming.keys)])
    score = Score(len(people), sum(map(len, held.values())))
    meant: dict[str, set[Somebody]] = defaultdict(set)
    for person, ruled in held.items():
        for handle in ruled:
            meant[person_ids[handle]].add(person)
        for one, other in combinations(ruled, 2):
            tie = BY_KEYS if chains.tied(one, other) else BY_NAME if ruled[one] == ruled[other] else OPEN
            score.pairs[tie] += 1
            score.found[tie] += person_ids[one] == person_ids[other]
    for persons in meant.values():
        for one, other in combinations(sorted(persons), 2):
            misled = not set(held[one].values()).isdisjoint(held[other].values())
            (score.misled if misled else score.wrong_merges).append((one, other))
    return score


def origin(life: Life, person: Person) -> Somebody:
    return person.origin or (life.seed, person.number)


def handles_of(naming: Naming) -> Iterator[str]:
    """The keys that linkstrata knows somebody by, as it writes them; name and day of connecting where there is no
    address."""
    addressed = any(space == "slug" for space, _ in naming.keys)
    for key in naming.keys:
        if not (addressed and key[0] == "connected"):
            yield from handle_of(key)


def handle_of(key: Key) -> Iterator[str]:
    match key:
        case ("slug", str(slug)):
            if parsed := parse_address(ADDRESS + slug):
                yield ":".join(parsed)
        case ("connected", tuple((owner, name, day))):
            yield f"dated:{owner}|{name}|{day}"
        case ("member_id" | "member_number" as space, value):
            yield f"{space}:{value}"


class Chains:
    """Keys that rows of files tie together, however long the chain."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def tie(self, keys: Iterable[str]) -> None:
        roots = [self._root(self._parents.setdefault(key, key)) for key in keys]
        for root in roots[1:]:
            self._parents[self._root(root)] = self._root(roots[0])

    def tied(self, one: str, other: str) -> bool:
        return self._root(one) == self._root(other)

    def _root(self, key: str) -> str:
        while self._parents[key] != key:
            self._parents[key] = self._parents[self._parents[key]]
            key = self._parents[key]
        return key


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    lives = lives_of(asked.people, asked.seed)
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="linkstrata-identity-") as folder:
        score = judge(lives, Path(folder))
    files = sum(len(requests) for _, requests in lives)
    seconds = time.perf_counter() - begun
    print(f"{score.people:,} people, {score.keys:,} keys, {files} files of two members, {seconds:.0f} s")
    print(f"{'wrong merges':<44}{len(score.wrong_merges):>10,}")
    print(f"{'namesakes, of whom the files show one':<44}{len(score.misled):>10,}")
    print(f"{'true pairs of keys':<44}{'pairs':>10}{'found':>10}{'share':>10}")
    for tie in (BY_KEYS, BY_NAME, OPEN):
        print(f"  {tie:<42}{score.pairs[tie]:>10,}{score.found[tie]:>10,}{score.share(tie):>10.2%}")
    return 1 if score.wrong_merges or min(score.share(BY_KEYS), score.share(BY_NAME)) < 0.99 else 0


if __name__ == "__main__":
    sys.exit(main())
