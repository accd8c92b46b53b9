"""Reads spoilt files by the thousand and says which of them the readers did not bear.

    python tests/fuzz/fuzz.py --runs 1000 --seed 1

Each file is read in a process of its own. It may be refused, as a whole or in part, in one line. What must not happen:
any other exception, ten seconds of processor time, 1.5 GB of memory, rows that neither load nor are rejected, a frame
that is not as its table says, a write outside the scratch folder, anything left in it, a connection to anywhere.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
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
PATIENCE_SECONDS = 60
"""For a process that neither works nor ends. A busy machine gives each little of its time."""
MEMORY = 1_500 << 20
MEMORY_AT_MOST = 6 << 30
"""Where a process is stopped before it takes the machine along."""


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


def _in_child(path: Path, scratch: Path, answer: int) -> None:
    """Reads the file in this process and writes what came of it to the pipe."""
    os.environ["TMPDIR"] = tempfile.tempdir = str(scratch)
    os.chdir(scratch)
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS + 1))
    with suppress(ValueError, OSError):  # not every system bounds it; what was used is looked at in any case
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_AT_MOST, MEMORY_AT_MOST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    outside = _watched(scratch)
    try:
        said = examined(path)
        if outside:
            said = {"outcome": "wrote outside", "detail": "; ".join(outside[:3])}
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        said = {"outcome": "raised", "detail": f"{type(error).__name__} at {place}: {error}"[:600]}
    os.write(answer, json.dumps(said).encode())


def outcome_of(file: File, work: Path) -> dict[str, Any]:
    """What comes of reading one file, in a process with limits."""
    folder, scratch = work / "given", work / "scratch"
    for each in (folder, scratch):
        shutil.rmtree(each, ignore_errors=True)
        each.mkdir()
    path = folder / file.name
    path.write_bytes(file.content)
    hears, answers = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(hears)
            _in_child(path, scratch, answers)
        finally:
            os._exit(0)
    os.close(answers)
    status, used = _waited_for(child)
    with os.fdopen(hears, "rb") as pipe:
        said = pipe.read()
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return {"outcome": "hung" if name in ("SIGXCPU", "SIGKILL") else "died", "detail": name}
    found: dict[str, Any] = json.loads(said) if said else {"outcome": "died", "detail": "without a word"}
    taken = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    if taken > MEMORY:
        return {"outcome": "took too much memory", "detail": f"{taken >> 20} MB"}
    if found["outcome"] in ("read", "refused"):
        left = [each.name for each in scratch.iterdir()]
        if left:
            return {"outcome": "left something", "detail": ", ".join(left)}
        if [each.name for each in folder.iterdir()] != [file.name] or path.read_bytes() != file.content:
            return {"outcome": "changed what it was given"}
    return found


def _waited_for(child: int) -> tuple[int, resource.struct_rusage]:
    waited, pause = 0.0, 0.001
    while True:
        pid, status, used = os.wait4(child, os.WNOHANG)
        if pid:
            return status, used
        if waited > PATIENCE_SECONDS:
            os.kill(child, signal.SIGKILL)
            _, status, used = os.wait4(child, 0)
            return status, used
        time.sleep(pause)
        waited += pause  # not by the clock, which goes on while the machine is paused
        pause = min(pause * 1.5, 0.05)


def fuzz(runs: range, seed: int, keep: Path | None, say: Callable[[str], object]) -> Counter[str]:
    """Reads so many spoilt files and counts what came of them; keeps those that were not borne."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        work = Path(name)
        seeds = sound_files(work / "sound")
        for number in runs:
            file = spoilt(Random(f"{seed}:{number}"), seeds)
            found = outcome_of(file, work)
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
