"""Reads files larger than any member's, and an ordinary archive beside a floor: speed and peak memory.

    reading.py [--gigabytes 2] [--messages 500000] [--runs 3]

Files are made in a temporary folder. Each is read and kept (`load`: what `linkstrata ingest` does before it builds the
models), and messages.csv also as a file that needs the careful reader does (`frames`), in a process of its own, whose
peak of memory is as the system counts it. The floor is `polars.read_csv` on the archive's own messages.csv, unzipped.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench import Measured, interleaved, make_files

OWNER = "mara-testova"
BLOCK_ROWS = 10_000
TEXT = "Thank you for the words, and for the time. " * 6

CONNECTIONS_HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
CONNECTION = "Ada{0},Example,https://www.linkedin.com/in/ada-example-{0},,Acme {1},Engineer of things,{2:02} Mar 2024\n"
MESSAGES_HEADER = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n"
)
MESSAGE = (
    f"2-{{1}}==,,Ada{{1}} Example,https://www.linkedin.com/in/ada-example-{{1}},Mara Testova,"
    f'https://www.linkedin.com/in/{OWNER},2024-03-{{2:02}} 10:00:00 UTC,,"{TEXT}{{0}}",INBOX\n'
)


def blocks(header: str, row: str) -> Iterator[str]:
    """A file without an end: its header, then blocks of rows that all differ."""
    yield header
    number = 0
    while True:
        yield "".join(row.format(n, n % 5_000, n % 28 + 1) for n in range(number, number + BLOCK_ROWS))
        number += BLOCK_ROWS


def write_large(path: Path, header: str, row: str, size: int) -> int:
    """Writes a file of `size` bytes or some more and gives its number of rows."""
    rows = -BLOCK_ROWS
    with path.open("w", encoding="utf-8", newline="") as file:
        for block in blocks(header, row):
            if file.tell() >= size:
                return rows
            file.write(block)
            rows += BLOCK_ROWS
    raise AssertionError("blocks never end")


def load(home: Path, path: Path) -> int:
    """Reads a file into an empty home, without models, and gives its number of rows."""
    from linkstrata.settings import settings_from_environment
    from linkstrata.warehouse.pipeline import Request, Session
    from linkstrata.warehouse.receipts import Options

    shutil.rmtree(home, ignore_errors=True)
    with Session(settings_from_environment(home)) as session:
        loaded = session.load(Request((path,), Options(owner=OWNER)))
        assert [outcome.status for outcome in loaded.files] == ["loaded"], loaded.files
        return loaded.rows_by_table["raw.messages"] or loaded.rows_by_table["raw.connections"]


def frames(path: Path) -> int:
    """Reads a file by the careful reader alone and gives its number of rows."""
    from linkstrata.exports.container import open_export
    from linkstrata.exports.reading import read

    with open_export(path) as export:
        return sum(frame.height for member in read(export).members for frame in member.frames())


def floor(path: Path) -> int:
    """Reads a clean file by Polars and gives its number of rows."""
    import polars as pl

    return pl.read_csv(path, infer_schema=False).height


WORKS = {"load": load, "frames": frames, "floor": floor}


def measured(name: str, rows: int, work: str, *paths: Path) -> Measured:
    """One of the three works, in a process of its own, which must find so many rows."""
    return Measured(name, [sys.executable, __file__, "--do", work, *map(str, paths), "--rows", str(rows)])


def say(one: Measured, rows: int, size: int) -> None:
    """Prints what reading so many rows and bytes took."""
    seconds, processor, megabytes = statistics.median(one.seconds), statistics.median(one.processor), size / 1e6
    print(
        f"{one.name:<34}{rows:>12,} rows{megabytes:>7,.0f} MB{seconds:>8.1f} s{processor:>8.1f} s of processor"
        f"{rows / seconds:>11,.0f} rows/s{megabytes / seconds:>6.0f} MB/s{one.megabytes:>7,.0f} MB peak",
        flush=True,
    )


def read_large(work: Path, size: int, environment: dict[str, str]) -> None:
    """Both large files, one after the other, for the sake of the disk."""
    for name, header, row in (
        ("messages.csv", MESSAGES_HEADER, MESSAGE),
        ("Connections.csv", CONNECTIONS_HEADER, CONNECTION),
    ):
        path = work / name
        rows = write_large(path, header, row, size)
        for one in (
            measured(f"{name}, read and kept", rows, "load", work / "home", path),
            measured(f"{name}, read with care", rows, "frames", path),
        ):
            one.run(environment)
            say(one, rows, path.stat().st_size)
        path.unlink()
        shutil.rmtree(work / "home")


def read_ordinary(work: Path, messages: int, runs: int, environment: dict[str, str]) -> None:
    """An archive's messages beside the floor."""
    # What needs much memory is done in another process: a child begins its count with the peak of its parent.
    with ProcessPoolExecutor(1) as elsewhere:
        _, (archive, *_) = elsewhere.submit(make_files, work, 30_000, messages).result()
        with zipfile.ZipFile(archive) as opened:
            path = Path(opened.extract("messages.csv", work))
        rows = elsewhere.submit(floor, path).result()
    several = [
        measured("polars.read_csv of messages.csv", rows, "floor", path),
        measured("messages.csv, read with care", rows, "frames", path),
        measured("messages.csv, read and kept", rows, "load", work / "home", path),
        measured("the whole archive, read and kept", rows, "load", work / "home", archive),
    ]
    interleaved(runs, several, environment)
    for one in several:
        say(one, rows, path.stat().st_size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=2, help="size of each large file; 0 for none")
    parser.add_argument("--messages", type=int, default=500_000, help="in the ordinary archive; 0 for none")
    parser.add_argument("--runs", type=int, default=3, help="of the ordinary archive")
    parser.add_argument("--do", nargs="+", metavar=("WORK", "PATH"), help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.do:
        work, *paths = options.do
        found = WORKS[work](*map(Path, paths))
        if found != options.rows:
            sys.exit(f"{found:,} rows where there are {options.rows:,}")
        return
    environment = {**os.environ, "LINKSTRATA_TODAY": "2026-12-01"}
    with tempfile.TemporaryDirectory(prefix="linkstrata-bench-") as scratch:
        if options.gigabytes:
            read_large(Path(scratch), int(options.gigabytes * 1e9), environment)
        if options.messages:
            read_ordinary(Path(scratch), options.messages, options.runs, environment)


if __name__ == "__main__":
    main()
