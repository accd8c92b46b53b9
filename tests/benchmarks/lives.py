"""Simulated lives against their truth: events, history, segments over time, as-of answers, whatever the order of files.

    lives.py [--lives 50] [--connections 60] [--first 0]

Each life has twelve exports over three years, whole archives and parts of them, workbooks and lists of followers, and a
second member's exports of the same people lie in the same home. They come in any order, some together, some one by
one with a build between, some twice. Then every published table of the life is held against the truth, so is
contacts_as_of on days drawn at random, once more by what was known when only some files had been ingested; and a home
that was given the same files in another order must publish the same tables. Prints the differences of each life and a
table at the end; leaves with status 1 if there were any.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))

from truth import declared_complete, differences, differences_as_of, published_rows

from linkstrata.exports.container import fingerprint
from linkstrata.sample.life import Life, Owner
from linkstrata.sample.requests import Archive, Contents, FollowerList, Keyed, Layout, Request, Workbook
from linkstrata.sample.truth import Truth
from linkstrata.sample.writing import write_all
from linkstrata.settings import Settings, project_root
from linkstrata.warehouse.pipeline import Request as Loading
from linkstrata.warehouse.pipeline import Session
from linkstrata.warehouse.receipts import Options

END = date(2026, 11, 1)
TODAY = date(2026, 12, 1)
SECOND = Owner("Orsolya", "Brandt", "orsolya-brandt")


@dataclass(frozen=True)
class Given:
    """One file as a person gives it: whose it is, its place among its owner's requests, and what is said of it."""

    path: Path
    owner: str
    place: int
    options: Options


def requests_of(random: Random, exports: int) -> list[Request]:
    """So many exports on different days of three years; the last is a whole archive, and one is a list."""
    days = sorted(random.sample(range(1, 3 * 365), exports))
    requests: list[Request] = []
    for place, back in enumerate(reversed(days)):
        day = END - timedelta(back)
        chance = random.random()
        if place in (0, exports - 1) or chance < 0.45:
            contents = random.choice((Contents.COMPLETE, Contents.COMPLETE, Contents.BASIC))
            era = random.choice(
                (None, None, None, date(2018, 8, 1), date(2021, 5, 1), date(2023, 2, 1), date(2024, 3, 1))
            )
            requests.append(Archive(day, contents, era if place < exports // 2 else None))
        elif chance < 0.6:
            requests.append(Archive(day, random.choice((Contents.CONNECTIONS, Contents.CORRESPONDENCE))))
        elif chance < 0.75:
            requests.append(Workbook(day - timedelta(random.choice((27, 89, 364))), day))
        else:
            layout = random.choice((Layout.PHANTOMBUSTER, Layout.CONSOLE))
            keyed = Keyed.SLUG if layout is Layout.CONSOLE else random.choice((Keyed.SLUG, Keyed.MEMBER_ID))
            declared = random.random() < 0.5
            share = 1.0 if declared else random.choice((0.5, 0.995, 1.0))
            requests.append(FollowerList(day, layout, keyed, share, declared))
    return requests


def in_some_order(random: Random, files: Sequence[Given]) -> Iterator[list[Given]]:
    """The files in an order drawn at random, in groups that are loaded together; a few come twice."""
    order = random.sample(list(files), len(files))
    order += random.sample(order, 2)
    while order:
        size = random.choice((1, 1, 2, 5, len(order)))
        yield order[:size]
        order = order[size:]


def load(settings: Settings, groups: Iterator[list[Given]]) -> Iterator[list[Given]]:
    """Loads group after group, each with a build and a publication, and gives each when it is done."""
    for group in groups:
        with Session(settings) as session:
            for file in group:
                (outcome,) = session.load(Loading((file.path,), file.options)).files
                if outcome.reason is not None:
                    raise RuntimeError(f"{file.path.name}: {outcome.reason}")
            session.build()
        yield group


def differences_of_life(seed: int, connections: int, exports: int) -> dict[str, list[str]]:
    """What is published of the life of a seed otherwise than it should be, by table."""
    random = Random(f"lives {seed}")
    months = 36
    first = Life(seed, connections, months, END)
    acquaintances = [
        first.acquaintance(number) for number in random.sample(range(1, len(first.people)), len(first.people) // 4)
    ]
    second = Life(seed + 10_000, connections // 2, months, END, owner=SECOND, acquaintances=acquaintances)
    lives = [(first, requests_of(random, exports)), (second, requests_of(random, 4))]
    found: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory(prefix="linkstrata-lives-") as folder:
        files: list[Given] = []
        for number, (life, requests) in enumerate(lives):
            paths = write_all(life, requests, Path(folder) / f"files{number}")
            files += [
                Given(path, life.owner_slug, place, Options(life.owner_slug, request.day, declared_complete(request)))
                for place, (path, request) in enumerate(zip(paths, requests, strict=True))
            ]
        homes = [Settings(Path(folder) / f"home{number}", project_root(), TODAY) for number in range(2)]
        published = [home.published_database for home in homes]
        known: list[tuple[datetime, dict[str, set[int]]]] = []
        have: dict[str, set[int]] = {life.owner_slug: set() for life, _ in lives}
        for group in load(homes[0], in_some_order(random, files)):
            for file in group:
                have[file.owner].add(file.place)
            known.append((datetime.now(UTC).replace(tzinfo=None), {owner: set(of) for owner, of in have.items()}))
            time.sleep(1.1)  # times of ingestion are whole seconds
        for _ in load(homes[1], in_some_order(random, files)):
            pass
        for (life, requests), others in zip(lives, reversed(lives), strict=True):
            mine = sorted((file for file in files if file.owner == life.owner_slug), key=lambda file: file.place)
            truth = Truth(life, requests, [others])
            owner = life.owner_slug
            for table, rows in differences(published[0], truth, [fingerprint(f.path) for f in mine], owner).items():
                found.setdefault(table, []).extend(rows)
            for _ in range(3):
                day = END - timedelta(random.randrange(-30, 1200))
                rows = differences_as_of(published[0], truth, day, owner=owner)
                found.setdefault("contacts_as_of", []).extend(f"{day}: {row}" for row in rows)
                moment, places = random.choice(known)
                if places[owner]:
                    rows = differences_as_of(published[0], truth, day, (places[owner], moment), owner)
                    found.setdefault("known_by", []).extend(f"{day} by {places[owner]}: {row}" for row in rows)
        one, other = (published_rows(path) for path in published)
        found["any order"] = [
            f"{table}: {row}"
            for table in sorted(one.keys() | other.keys())
            for row in ((one[table] - other[table]) + (other[table] - one[table])).elements()
        ]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lives", type=int, default=50)
    parser.add_argument("--first", type=int, default=0, help="seed of the first life")
    parser.add_argument("--connections", type=int, default=60)
    parser.add_argument("--exports", type=int, default=12)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--show", type=int, default=3, help="differences shown of each table and life")
    asked = parser.parse_args()
    totals: Counter[str] = Counter()
    seeds = range(asked.first, asked.first + asked.lives)
    judge = partial(differences_of_life, connections=asked.connections, exports=asked.exports)
    with ProcessPoolExecutor(asked.processes) as pool:
        for seed, found in zip(seeds, pool.map(judge, seeds), strict=True):
            totals.update({table: len(rows) for table, rows in found.items()})
            print(f"life {seed}: {sum(map(len, found.values()))} differences", flush=True)
            for table, rows in found.items():
                for row in rows[: asked.show]:
                    print(f"life {seed}, {table} ({len(rows)}): {row}", flush=True)
    print(f"\n{asked.lives} lives of {asked.exports} exports and two members: differences from the truth")
    for table in sorted(totals):
        print(f"{table:<20}{totals[table]:>8}")
    return 1 if totals.total() else 0


if __name__ == "__main__":
    sys.exit(main())
