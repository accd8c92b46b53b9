"""Whether adding an archive costs more the more there are: the last of a long monthly series beside the second.

    series.py [--archives 120] [--connections 30000] [--messages 100000] [--runs 3] [--keep DIR]

One member keeps every monthly archive for ten years. The newest is ingested into a home that has all the others, and
into one that has the archive before it and no more: the same file, so that what is compared is the weight of the past
and not the growth of the member. Whole commands first; then, within one process, the step that works an archive's rows
into rows and spans, and the models that make the history of them. Prints the sizes of both homes. Runs are interleaved,
and medians compared. Leaves with status 1 where the whole is over 1.3, or the step over 1.2.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench import LINKSTRATA, Measured, interleaved, table

if TYPE_CHECKING:
    from linkstrata.warehouse.pipeline import Session

TODAY = "2026-12-01"
HISTORY = ("staging.connection_spans", "marts.contact_history", "marts.contact_events", "marts.contact_statements")
"""Models that make the history, beside all of the schema history."""


def write_archives(numbers: Sequence[int], folder: Path, archives: int, connections: int, messages: int) -> None:
    """Writes some of the monthly archives of one member, all in the formats of the last day."""
    from linkstrata.sample.life import Life, months_before
    from linkstrata.sample.requests import Archive
    from linkstrata.sample.samples import LAST_DAY
    from linkstrata.sample.writing import write

    life = Life(1, connections, months=archives, end=LAST_DAY, messages=messages)
    for number in numbers:
        write(life, Archive(months_before(LAST_DAY, archives - 1 - number), era=LAST_DAY), folder)


def make_series(folder: Path, archives: int, connections: int, messages: int) -> list[Path]:
    """The archives, oldest first; those that are there already are not written again."""

    def oldest_first(path: Path) -> datetime:
        return datetime.strptime(path.stem.rpartition("_")[2], "%m-%d-%Y")

    if len(list(folder.glob("*.zip"))) < archives:
        write = partial(write_archives, folder=folder, archives=archives, connections=connections, messages=messages)
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(write, (range(0, archives, 2), range(1, archives, 2))))
    return sorted(folder.glob("*.zip"), key=oldest_first)


@contextmanager
def opened(home: Path) -> Iterator[Session]:
    from linkstrata.settings import Settings, project_root
    from linkstrata.warehouse.pipeline import Session

    with Session(Settings(home, project_root(), datetime.fromisoformat(TODAY).date())) as session:
        yield session


def time_step(home: Path, archive: Path) -> float:
    """Seconds to work the rows of a new archive into rows and spans; nothing of it stays."""
    from linkstrata.exports.container import open_export
    from linkstrata.exports.reading import read
    from linkstrata.warehouse import raw

    with opened(home) as session:
        connection = session.connection
        staging = raw.Staging(connection)
        with open_export(archive, archive.name) as export:
            reading = read(export)
            for member in reading.members:
                staging.add(member)
        ((owner, number),) = connection.execute("select max(owner), max(archive_no) + 1 from raw.archives").fetchall()
        record = raw.ArchiveRecord(
            number, "new", owner, reading.source, archive.name, reading.exported_on, reading.exported_on_basis,
            reading.newest_member_at, False, "loaded", 0, datetime.now(), "", None,
        )  # fmt: skip
        connection.begin()
        raw.register_archive(connection, record, staging)
        begun = time.perf_counter()
        raw.add_rows(connection, staging, owner, number)
        seconds = time.perf_counter() - begun
        connection.rollback()
        return seconds


def time_models(home: Path) -> dict[str, float]:
    """Seconds that each model takes by itself, with all archives of the home."""
    from linkstrata.warehouse.models import run_model
    from linkstrata.warehouse.pipeline import Request
    from linkstrata.warehouse.publish import Publication

    with opened(home) as session:
        session.load(Request())
        publication = Publication.begin(session.connection, session.settings.published_database)
        seconds = {}
        for model in session.project.before_rules:
            begun = time.perf_counter()
            run_model(session.connection, model)
            seconds[model.name] = time.perf_counter() - begun
        publication.abandon()
        return seconds


def time_parts(homes: Sequence[Path], archive: Path, runs: int) -> list[list[float]]:
    """For each home the medians of the step, of the history models, and of all models."""
    found: list[list[list[float]]] = [[] for _ in homes]
    for _ in range(runs):
        for home, times in zip(homes, found, strict=True):
            with ProcessPoolExecutor(1) as elsewhere:
                step = elsewhere.submit(time_step, home, archive).result()
                models = elsewhere.submit(time_models, home).result()
            history = sum(took for name, took in models.items() if name.startswith("history.") or name in HISTORY)
            times.append([step, history, sum(models.values())])
    return [[statistics.median(part) for part in zip(*times, strict=True)] for times in found]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archives", type=int, default=120)
    parser.add_argument("--connections", type=int, default=30_000)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="keeps the made archives here, and finds them there the next time")
    asked = parser.parse_args()
    environment = {**os.environ, "LINKSTRATA_TODAY": TODAY}
    with tempfile.TemporaryDirectory(prefix="linkstrata-series-") as scratch:
        work = Path(scratch)
        files = make_series(asked.keep or work / "files", asked.archives, asked.connections, asked.messages)
        *earlier, before, last = files
        kept = {"long": [earlier, [before]], "short": [[before]]}
        for name, groups in kept.items():
            for group in groups:
                command = [*LINKSTRATA, "ingest", "--data", work / name, *group]
                subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        used = work / "used"

        def fresh(name: str) -> None:
            shutil.rmtree(used, ignore_errors=True)
            shutil.copytree(work / name, used)

        command = [*LINKSTRATA, "ingest", "--data", used, last]
        second = Measured("ingest of the newest as the second archive", command, before=partial(fresh, "short"))
        nth = Measured(f"ingest of the newest as archive {len(files)}", command, before=partial(fresh, "long"))
        interleaved(asked.runs, [second, nth], environment)
        table([second, nth], "the second archive", second.median)
        parts = time_parts([work / "short", work / "long"], last, asked.runs)
        print(f"\n{'seconds within one process':<48}{'second':>10}{'last':>10}{'ratio':>8}")
        for name, few, many in zip(("working rows into spans", "history models", "all models"), *parts, strict=True):
            print(f"{name:<48}{few:>10.2f}{many:>10.2f}{many / few:>8.2f}")
        for name in kept:
            for database in ("build.duckdb", "linkstrata.duckdb"):
                size = (work / name / "warehouse" / database).stat().st_size
                print(f"{sum(map(len, kept[name]))} archives: {database} {size / 1e6:.0f} MB")
    return 1 if nth.median > 1.3 * second.median or parts[1][0] > 1.2 * parts[0][0] else 0


if __name__ == "__main__":
    sys.exit(main())
