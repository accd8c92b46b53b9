"""Reads spoilt files by the thousand and says which of them the readers did not bear.

    python tests/fuzz/fuzz.py --runs 1000 --seed 1

A process with limits reads them, and another goes on where it ends. A file may be refused, as a whole or in part, in
one line. What must not happen: any other exception, ten seconds of processor time, 1.5 GB of memory, rows that neither
load nor are rejected, a frame that is not as its table says, a write outside the scratch folder, anything left in it, a
connection to anywhere.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "1"
sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))

from mutations import File, spoilt  # noqa: E402
from seeds import sound_files  # noqa: E402

from linkstrata.exports import articles, creator_workbooks, lists, saved_pages, sheet_files, sheet_tables  # noqa: E402, F401
from linkstrata.exports.catalogue import TABLES  # noqa: E402
from linkstrata.exports.container import Refused, open_export  # noqa: E402
from linkstrata.exports.frames import frame_schema  # noqa: E402
from linkstrata.exports.members import BATCH_ROWS, MemberFailed  # noqa: E402
from linkstrata.exports.reading import read  # noqa: E402

PROCESSOR_SECONDS = 10
PATIENCE_SECONDS = 120
"""For a process that neither works nor ends. A busy machine gives each little of its time."""
MEMORY = 1_500 << 20
MEMORY_AT_MOST = 6 << 30
"""Where a process is stopped before it takes the machine along."""
MEMORY_OF_SEVERAL = 400 << 20
"""A process whose peak is above reads no further file: the peak could not tell what that one took."""
FILES_AT_MOST = 1_000
"""A process that has read so many gives way to a fresh one."""


def examined(path: Path) -> dict[str, Any]:
    """What reading a file gives, or raises; the readers' promises are asserted on the way."""
    try:
        with open_export(path) as export:
            reading = read(export)
            paths = [member.path for member in reading.members]
            assert len(set(paths)) == len(paths), "two members of one path"
            outcomes = []
            for member in reading.members:
                assert member.detail is None or _is_line(member.detail), f"a detail of several lines: {member.detail!r}"
                outcomes.append(_rows_of(member) if member.status == "loaded" else member.status)
            return {"outcome": "read", "members": outcomes}
    except Refused as refusal:
        assert _is_line(str(refusal)), f"a reason of several lines: {refusal!r}"
        return {"outcome": "refused"}


def _rows_of(member: Any) -> str:
    table = TABLES[member.table]
    rows = 0
    try:
        for frame in member.frames():
            assert dict(frame.schema) == frame_schema(table), f"{member.table}: a frame of other columns"
            assert frame.height <= BATCH_ROWS, f"{member.table}: a frame of {frame.height} rows"
            rows += frame.height
    except MemberFailed as failure:
        assert _is_line(str(failure)), f"a reason of several lines: {failure!r}"
        return "failed"
    balance = rows + len(member.rejected)
    assert member.rows_in_file == balance, f"{member.path}: {member.rows_in_file} rows, {balance} accounted for"
    return "loaded"


def _is_line(text: str) -> bool:
    return bool(text) and text.isprintable()


def _watched(scratch: Path) -> list[str]:
    """Notes, from now on, each write outside the scratch folder and each connection."""
    outside: list[str] = []
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    changing = {"os.mkdir", "os.remove", "os.rmdir", "os.rename", "os.link", "os.symlink", "os.truncate", "os.chmod"}

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & writing and not isinstance(path, int):
                note(event, path)
        elif event in changing:
            for path in arguments[:2]:
                if isinstance(path, (str, bytes, os.PathLike)):
                    note(event, path)
        elif event.startswith("socket.") or event in ("os.system", "os.exec"):
            outside.append(f"{event} {arguments}")

    def note(event: str, path: str | bytes | os.PathLike[str]) -> None:
        place = scratch / os.fsdecode(path)
        if ".." in place.parts or (scratch not in place.parents and place != Path(os.devnull)):
            outside.append(f"{event} {place}")

    sys.addaudithook(hook)
    return outside


class Reader:
    """A process with limits that reads file after file; a fresh one takes its place where one was not borne."""

    def __init__(self, work: Path) -> None:
        self._given, self._scratch = work / "given", work / "scratch"
        for folder in (self._given, self._scratch):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        self._child: int | None = None
        self._files_read = 0

    def outcome_of(self, file: File) -> dict[str, Any]:
        """What comes of reading one file, and the processor seconds and the memory that it took."""
        alone = self._child is None
        found = self._told(file)
        if found["outcome"] == "took too much memory" and not alone:
            # Of the peak, what files before it took may be a part.
            return self._told(file)
        return found

    def _told(self, file: File) -> dict[str, Any]:
        if self._child is None:
            self._start()
        path = self._given / file.name
        path.write_bytes(file.content)
        os.write(self._asks, json.dumps(file.name).encode() + b"\n")
        found = self._answer()
        if found["outcome"] in ("read", "refused"):
            left = [each.name for each in self._scratch.iterdir()]
            if left:
                found = {"outcome": "left something", "detail": ", ".join(left)}
            elif [each.name for each in self._given.iterdir()] != [file.name] or path.read_bytes() != file.content:
                found = {"outcome": "changed what it was given"}
        if found.get("memory", 0) > MEMORY:
            found = {"outcome": "took too much memory", "detail": f"{found['memory'] >> 20} MB"}
        self._files_read += 1
        is_spent = found.get("memory", 0) > MEMORY_OF_SEVERAL or self._files_read == FILES_AT_MOST
        if found["outcome"] not in ("read", "refused") or is_spent:
            self.close()
        path.unlink(missing_ok=True)
        return found

    def _start(self) -> None:
        heard, self._asks = os.pipe()
        self._hears, answers = os.pipe()
        self._files_read = 0
        self._child = os.fork()
        if self._child == 0:
            try:
                os.close(self._asks)
                os.close(self._hears)
                _read_all(self._given, self._scratch, heard, answers)
            finally:
                os._exit(0)
        os.close(heard)
        os.close(answers)

    def _answer(self) -> dict[str, Any]:
        said = b""
        while not said.endswith(b"\n"):
            ready, _, _ = select.select([self._hears], [], [], PATIENCE_SECONDS)
            if not ready:
                return {"outcome": "hung", "detail": f"{PATIENCE_SECONDS} s without a word"}
            part = os.read(self._hears, 1 << 16)
            if not part:
                return self._last_words()
            said += part
        found: dict[str, Any] = json.loads(said)
        return found

    def _last_words(self) -> dict[str, Any]:
        status = self._ended()
        if os.WIFSIGNALED(status):
            name = signal.Signals(os.WTERMSIG(status)).name
            return {"outcome": "hung" if name == "SIGPROF" else "died", "detail": name}
        return {"outcome": "died", "detail": "without a word"}

    def close(self) -> None:
        """Ends the process, if there is one."""
        if self._child is not None:
            os.kill(self._child, signal.SIGKILL)
            self._ended()

    def _ended(self) -> int:
        """How the process ended; what it left is cleared away."""
        assert self._child is not None
        _, status = os.waitpid(self._child, 0)
        self._child = None
        os.close(self._asks)
        os.close(self._hears)
        for folder in (self._given, self._scratch):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        return status


def _read_all(given: Path, scratch: Path, heard: int, answers: int) -> None:
    """Reads the files whose names come by the one pipe, in this process, and writes what came of them to the other."""
    os.environ["TMPDIR"] = tempfile.tempdir = str(scratch)
    os.chdir(scratch)
    with suppress(ValueError, OSError):  # not every system bounds it; what was used is looked at in any case
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_AT_MOST, MEMORY_AT_MOST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    outside = _watched(scratch)
    with os.fdopen(heard, "rb") as names:
        for name in names:
            outside.clear()
            began = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, PROCESSOR_SECONDS)
            try:
                said = examined(given / json.loads(name))
                if outside:
                    said = {"outcome": "wrote outside", "detail": "; ".join(outside[:3])}
            except BaseException as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                place = f"{Path(where.filename).name}:{where.lineno}"
                said = {"outcome": "raised", "detail": f"{type(error).__name__} at {place}: {error}"[:600]}
            signal.setitimer(signal.ITIMER_PROF, 0)
            said |= {"seconds": time.process_time() - began, "memory": _peak()}
            os.write(answers, json.dumps(said).encode() + b"\n")


def _peak() -> int:
    """Bytes of memory that this process, or one it started, had at most."""
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return most * (1 if sys.platform == "darwin" else 1024)


def fuzz(runs: range, seed: int, keep: Path | None, say: Callable[[str], object]) -> Counter[str]:
    """Reads so many spoilt files and counts what came of them; keeps those that were not borne."""
    counts: Counter[str] = Counter()
    slowest, largest = (0.0, -1), (0, -1)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        work = Path(name)
        seeds = sound_files(work / "sound")
        reader = Reader(work)
        for number in runs:
            file = spoilt(Random(f"{seed}:{number}"), seeds)
            found = reader.outcome_of(file)
            slowest = max(slowest, (found.get("seconds", 0.0), number))
            largest = max(largest, (found.get("memory", 0), number))
            counts[found["outcome"]] += 1
            for each in found.get("members", ()):
                counts[f"members {each}"] += 1
            if found["outcome"] not in ("read", "refused"):
                say(f"{number}: {file.name!r}: {found['outcome']}: {found.get('detail', '')}")
                if keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{seed}-{number}-{file.name}").write_bytes(file.content)
            elif number % 1_000 == 999:
                say(f"{number + 1}: {dict(counts)}")
        reader.close()
    say(f"slowest: {slowest[0]:.1f} s (file {slowest[1]}); most memory: {largest[0] >> 20} MB (file {largest[1]})")
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1_000, help="how many files")
    parser.add_argument("--start", type=int, default=0, help="number of the first")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the files that were not borne")
    options = parser.parse_args()
    runs = range(options.start, options.start + options.runs)
    counts = fuzz(runs, options.seed, options.keep, lambda line: print(line, flush=True))
    print(dict(counts))
    return 0 if counts["read"] + counts["refused"] == options.runs else 1


if __name__ == "__main__":
    sys.exit(main())
