"""Times whole processes against floors, on the same files in the same run, and prints a table.

    bench.py [--connections 30000] [--messages 500000] [--runs 3] [--keep DIR]

A large archive with a follower list and a workbook, ingested into an empty home, is set beside floor.py (the same work
by hand) and dagster_floor.py (an empty graph of our own size, tuned as ours is). Commands that need no run are set
beside `python -c "import duckdb"`. Runs are interleaved, so that a slow minute of the machine slows all alike; medians
are compared. Memory is the child's peak as the system counts it, processor time that of all its threads.
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
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
LINKSTRATA = [sys.executable, "-m", "linkstrata.cli"]


@dataclass
class Measured:
    """Whole runs of one command: seconds on the clock and of the processor, and the largest peak in megabytes."""

    name: str
    command: Sequence[str | Path]
    before: Callable[[], None] = lambda: None
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    megabytes: float = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def run(self, environment: Mapping[str, str]) -> None:
        """One more run. Stops the benchmark when the command fails."""
        self.before()
        with tempfile.TemporaryFile() as output:
            begun = time.perf_counter()
            child = subprocess.Popen(self.command, stdout=output, stderr=output, env=dict(environment))
            _, status, usage = os.wait4(child.pid, 0)
            self.seconds.append(time.perf_counter() - begun)
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                output.seek(0)
                sys.exit(f"{self.name} failed:\n{output.read().decode(errors='replace')}")
        self.processor.append(usage.ru_utime + usage.ru_stime)
        unit = 1e6 if sys.platform == "darwin" else 1e3  # the system counts bytes there, kilobytes elsewhere
        self.megabytes = max(self.megabytes, usage.ru_maxrss / unit)


def interleaved(runs: int, measured: Sequence[Measured], environment: Mapping[str, str]) -> None:
    """Runs each of them `runs` times, in turn."""
    for _ in range(runs):
        for one in measured:
            one.run(environment)


def table(measured: Sequence[Measured], name: str, against: float) -> None:
    """Prints a line each: the medians, and that of the clock as a multiple of `against`, whose name is `name`."""
    print(f"\n{'median of ' + str(len(measured[0].seconds)):<48}{'clock':>10}{'processor':>11}{'peak':>11}{'ratio':>8}")
    for one in measured:
        processor = statistics.median(one.processor)
        print(
            f"{one.name:<48}{one.median:>8.2f} s{processor:>9.2f} s{one.megabytes:>8.0f} MB{one.median / against:>8.2f}"
        )
    print(f"the ratio is to {name}: {against:.2f} s")


def make_files(folder: Path, connections: int, messages: int) -> tuple[str, list[Path]]:
    """The member's slug; an archive of so many connections and messages, a follower list and a workbook."""
    from linkstrata.sample.life import OWNER, Life
    from linkstrata.sample.requests import Archive, FollowerList, Keyed, Workbook
    from linkstrata.sample.samples import LAST_DAY
    from linkstrata.sample.showing import Showing
    from linkstrata.sample.writing import file_name, write_all

    life = Life(1, connections, months=18, end=LAST_DAY, messages=messages)
    requests = [
        Archive(LAST_DAY),
        FollowerList(LAST_DAY, keyed=Keyed.SLUG),
        Workbook(LAST_DAY - timedelta(365), LAST_DAY - timedelta(1)),
    ]
    paths = [folder / file_name(life, request) for request in requests]
    if not all(path.exists() for path in paths):
        paths = write_all(life, requests, folder)
    return Showing(life, LAST_DAY).slug(OWNER), paths


def size_of_graph() -> tuple[int, int]:
    """How many models and checks a run of ours has."""
    from linkstrata.settings import settings_from_environment
    from linkstrata.warehouse.models import load_project
    from linkstrata.warehouse.raw import raw_columns

    project = load_project(settings_from_environment().sql, raw_columns())
    return len(project.models), len(project.checks)


def compare_ingest(
    work: Path, owner: str, files: Sequence[Path], size: tuple[int, int], runs: int, environment: Mapping[str, str]
) -> None:
    """The whole ingest beside the two floors."""
    archive, followers, workbook = files
    models, checks = size
    home = work / "home"
    floor = Measured(
        "floor.py: the same work by hand",
        [
            sys.executable, HERE / "floor.py", archive, work / "floor", "--owner", owner,
            "--followers", followers, "--workbook", workbook,
        ],
    )  # fmt: skip
    dagster = Measured(
        f"dagster_floor.py: {models} empty models, {checks} checks",
        [
            sys.executable, HERE / "dagster_floor.py", work / "dagster",
            "--models", str(models), "--checks", str(checks),
        ],
        before=lambda: shutil.rmtree(work / "dagster", ignore_errors=True),
    )  # fmt: skip
    ingest = Measured(
        "linkstrata ingest, empty home",
        [*LINKSTRATA, "ingest", "--data", home, *files],
        before=lambda: shutil.rmtree(home, ignore_errors=True),
    )
    used = work / "used"
    Measured("a small ingest", [*LINKSTRATA, "ingest", "--data", used, "--owner", owner, workbook]).run(environment)

    def home_in_use() -> None:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(used, home)

    again = Measured("linkstrata ingest, home in use", ingest.command, before=home_in_use)
    measured = [floor, dagster, ingest, again]
    interleaved(runs, measured, environment)
    table(measured, "the two floors together", floor.median + dagster.median)


def compare_small(work: Path, files: Sequence[Path], runs: int, environment: Mapping[str, str]) -> None:
    """Commands without a run, on the home that is full now, beside the import of DuckDB."""
    home = work / "home"
    duckdb = Measured('python -c "import duckdb"', [sys.executable, "-c", "import duckdb"])
    small = [
        Measured("linkstrata sql", [*LINKSTRATA, "sql", "select count(*) from contacts", "--data", home]),
        Measured("linkstrata status", [*LINKSTRATA, "status", "--data", home]),
        Measured("linkstrata ingest, files known", [*LINKSTRATA, "ingest", "--data", home, *files]),
        Measured("linkstrata ingest, a small file known", [*LINKSTRATA, "ingest", "--data", home, files[-1]]),
    ]
    interleaved(runs, [duckdb, *small], environment)
    table([duckdb, *small], duckdb.name, duckdb.median)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=30_000)
    parser.add_argument("--messages", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="keeps the made files here, and finds them there the next time")
    options = parser.parse_args()
    # What needs much memory is done in another process: a child begins its count with the peak of its parent.
    with tempfile.TemporaryDirectory(prefix="linkstrata-bench-") as scratch, ProcessPoolExecutor(1) as elsewhere:
        work = Path(scratch)
        folder = options.keep or work / "files"
        owner, files = elsewhere.submit(make_files, folder, options.connections, options.messages).result()
        size = elsewhere.submit(size_of_graph).result()
        megabytes = sum(path.stat().st_size for path in files) / 1e6
        print(f"{options.connections:,} connections, {options.messages:,} messages, {megabytes:.0f} MB of files")
        environment = {**os.environ, "LINKSTRATA_TODAY": "2026-12-01"}
        compare_ingest(work, owner, files, size, options.runs, environment)
        compare_small(work, files, 3 * options.runs, environment)


if __name__ == "__main__":
    main()
