"""Reads files larger than any member's, and an ordinary archive's messages beside a floor: speed and peak memory.

    reading.py [--gigabytes 2] [--messages 500000] [--runs 5]

Files are made in a temporary folder. Each work has a process of its own, whose peak of memory is as the system counts
it; its seconds are those of the work alone, after Python and its packages are loaded. The floor is `polars.read_csv` of
the unzipped messages.csv, as text, and each run of another work is set beside the floor's run next to it. The works:

- by the engine: what `linkstrata ingest` does with a large clean file to have its typed rows: open it (its SHA-256),
  look at all its bytes, read the first rows as a sample, then DuckDB reads and types all. Once as ingest has it, where
  rows pass by and none is kept (here the greatest of each column is asked for); once into a table in memory, as the
  floor does; once so out of a zip whose only member it is, which is inflated to disk first.
- with care: what it does with a file that holds something odd, to have its typed rows as frames. Once with the clean
  file, once with one where every 5,000th record has a lone quotation mark.
- read and kept: all that ingest does before it builds the models, in an empty home: digests, rows, dictionaries, the
  copy in archives/.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module
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


def passing(path: Path) -> int:
    """Has the engine read the one clean file in an export, no row of which stays, and gives its number of rows."""
    return engine(path, is_kept=False)


def engine(path: Path, is_kept: bool = True) -> int:
    """Has the engine read the one clean file in an export into a table in memory and gives its number of rows."""
    from linkstrata.exports.catalogue import TABLES
    from linkstrata.exports.container import open_export
    from linkstrata.exports.reading import read
    from linkstrata.warehouse.connection import open_scratch
    from linkstrata.warehouse.raw import clean_rows

    with open_export(path) as export, open_scratch() as connection:
        (member,) = read(export).members
        assert member.clean is not None, "the file is not clean"
        table = TABLES[str(member.table)]
        query, values = clean_rows(table, member.clean)
        connection.execute("set preserve_insertion_order = false")
        greatest = ", ".join(f'max("{column.name}")' for column in table.columns)
        query = f"create table typed as {query}" if is_kept else f"select count(*), {greatest} from ({query})"
        return int(connection.execute(query, values).fetchall()[0][0])


def floor(path: Path) -> int:
    """Reads a clean file by Polars and gives its number of rows."""
    import polars as pl

    return pl.read_csv(path, infer_schema=False).height


WORKS = {"load": load, "frames": frames, "engine": engine, "passing": passing, "floor": floor}
PACKAGES = {"floor": ["polars"]}
"""What a work needs loaded before it is timed; the others need all that ingest does."""


@dataclass
class Work(Measured):
    """One of the works, timed without the start of its process; `rows` and `size` are those of what it reads."""

    figures: Path = Path()
    rows: int = 0
    size: int = 0

    def run(self, environment: Mapping[str, str]) -> None:
        super().run(environment)
        self.seconds[-1], self.processor[-1] = json.loads(self.figures.read_text())


def work_of(name: str, rows: int, size: int, work: str, *paths: Path) -> Work:
    """One of the works, in a process of its own, which must find so many rows."""
    figures = paths[-1].parent / "figures.json"
    command = [sys.executable, __file__, "--do", work, *map(str, paths), "--rows", str(rows), "--figures", str(figures)]
    return Work(name, command, figures=figures, rows=rows, size=size)


def do(work: str, paths: Sequence[Path], rows: int, figures: Path) -> None:
    """Does one of the works in this process and notes its seconds, on the clock and of the processor."""
    for package in PACKAGES.get(work, ["linkstrata.warehouse.pipeline", "linkstrata.exports.reading"]):
        import_module(package)
    clock, processor = time.perf_counter(), time.process_time()
    found = WORKS[work](*paths)
    figures.write_text(json.dumps([time.perf_counter() - clock, time.process_time() - processor]))
    if found != rows:
        sys.exit(f"{found:,} rows where there are {rows:,}")


def say(one: Work, floor: Work | None = None) -> None:
    """Prints what reading took and, beside a floor, how many times the floor's speed that is."""
    seconds, megabytes = one.median, one.size / 1e6
    line = (
        f"{one.name:<42}{one.rows:>11,} rows{megabytes:>7,.0f} MB{seconds:>8.2f} s"
        f"{statistics.median(one.processor):>8.2f} s of processor{megabytes / seconds:>6,.0f} MB/s"
        f"{one.megabytes:>7,.0f} MB peak"
    )
    if floor is not None:
        clock, processor = (
            statistics.median(before / after for before, after in zip(*pair, strict=True))
            for pair in ((floor.seconds, one.seconds), (floor.processor, one.processor))
        )
        line += f"{clock:>7.2f} of the floor's speed by the clock, {processor:.2f} by the processor"
    print(line, flush=True)


def read_large(work: Path, size: int, environment: dict[str, str]) -> None:
    """Both large files, one after the other, for the sake of the disk."""
    for name, header, row in (
        ("messages.csv", MESSAGES_HEADER, MESSAGE),
        ("Connections.csv", CONNECTIONS_HEADER, CONNECTION),
    ):
        path = work / name
        rows = write_large(path, header, row, size)
        written = path.stat().st_size
        for one in (
            work_of(f"{name}, by the engine", rows, written, "engine", path),
            work_of(f"{name}, with care", rows, written, "frames", path),
            work_of(f"{name}, read and kept", rows, written, "load", work / "home", path),
        ):
            one.run(environment)
            say(one)
        path.unlink()
        shutil.rmtree(work / "home")


def with_lone_quotes(path: Path, folder: Path) -> Path:
    """The same file with a quotation mark too many within the second cell of every 5,000th line that can have one."""
    odd = folder / path.name
    folder.mkdir()
    with path.open("rb") as source, odd.open("wb") as target:
        for number, line in enumerate(source):
            at = line.find(b"==,,")
            is_odd = number % 5_000 == 1 and at >= 0
            target.write(line[: at + 3] + b'lone"quote' + line[at + 3 :] if is_odd else line)
    return odd


def read_ordinary(work: Path, messages: int, runs: int, environment: dict[str, str]) -> None:
    """An archive's messages beside the floor."""
    # What needs much memory is done in another process: a child begins its count with the peak of its parent.
    with ProcessPoolExecutor(1) as elsewhere:
        _, (archive, *_) = elsewhere.submit(make_files, work, 30_000, messages).result()
        with zipfile.ZipFile(archive) as opened:
            path = Path(opened.extract("messages.csv", work))
        rows = elsewhere.submit(floor, path).result()
    alone = work / "alone.zip"
    with zipfile.ZipFile(alone, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.write(path, path.name)
    odd = with_lone_quotes(path, work / "odd")
    size = path.stat().st_size
    beside = work_of("polars.read_csv of messages.csv", rows, size, "floor", path)
    others = [
        work_of("messages.csv, by the engine, none kept", rows, size, "passing", path),
        work_of("messages.csv, by the engine", rows, size, "engine", path),
        work_of("messages.csv in a zip, by the engine", rows, size, "engine", alone),
        work_of("messages.csv, with care", rows, size, "frames", path),
        work_of("messages.csv with lone quotes, with care", rows, odd.stat().st_size, "frames", odd),
        work_of("messages.csv, read and kept", rows, size, "load", work / "home", path),
        work_of("the whole archive, read and kept", rows, size, "load", work / "home", archive),
    ]
    interleaved(runs, [beside, *others], environment)
    say(beside)
    for one in others:
        say(one, beside)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=2, help="size of each large file; 0 for none")
    parser.add_argument("--messages", type=int, default=500_000, help="in the ordinary archive; 0 for none")
    parser.add_argument("--runs", type=int, default=5, help="of the ordinary archive")
    parser.add_argument("--do", nargs="+", metavar=("WORK", "PATH"), help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--figures", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.do:
        do(options.do[0], [Path(path) for path in options.do[1:]], options.rows, options.figures)
        return
    environment = {**os.environ, "LINKSTRATA_TODAY": "2026-12-01"}
    with tempfile.TemporaryDirectory(prefix="linkstrata-bench-") as scratch:
        if options.gigabytes:
            read_large(Path(scratch), int(options.gigabytes * 1e9), environment)
        if options.messages:
            read_ordinary(Path(scratch), options.messages, options.runs, environment)


if __name__ == "__main__":
    main()
