"""A short run of the fuzzer, and proof that it notices what it is there to notice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).with_name("fuzz.py")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)


def test_spoilt_files_are_refused_or_read() -> None:
    done = run(str(FUZZ), "--runs", "300", "--seed", "20240305")
    assert done.returncode == 0, done.stdout + done.stderr
    counts = done.stdout.splitlines()[-1]
    assert all(f"'{outcome}':" in counts for outcome in ("read", "refused", "members loaded", "members failed"))


READERS = {
    "raised": "raise KeyError(export.file_name)",
    "hung": "\n    while True: pass",
    "took too much memory": "global held; held = bytearray(1_600 << 20)",
    "wrote outside": "Path('../beside.txt').touch(); raise Refused('because')",
    "left something": "Path('left.txt').touch(); raise Refused('because')",
    "died": "os.kill(os.getpid(), 11)",
}
"""What a broken reader may do, by what the fuzzer must call it."""


@pytest.mark.parametrize("outcome", READERS)
def test_what_must_not_happen_is_noticed(tmp_path: Path, outcome: str) -> None:
    script = f"""
import sys; sys.path.insert(0, {str(FUZZ.parent)!r})
import fuzz as harness
from fuzz import *
harness.PROCESSOR_SECONDS = {2 if outcome == "hung" else 60}
def broken(export): {READERS[outcome]}
harness.read = broken
print(Reader(Path({str(tmp_path)!r})).outcome_of(File("a.csv", b"a,b"))["outcome"])
"""
    done = run("-c", script)
    assert done.stdout.strip() == outcome, done.stdout + done.stderr


def test_rows_that_are_not_accounted_for_are_noticed(tmp_path: Path) -> None:
    script = f"""
import sys; sys.path.insert(0, {str(FUZZ.parent)!r})
from fuzz import *
from linkstrata.exports.members import MemberReading
frames = MemberReading.frames
def losing(member):
    yield from list(frames(member))[1:]
MemberReading.frames = losing
content = b"First Name,Last Name,URL,Email Address,Company,Position,Connected On\\nAnn,Example,,,,,05 Mar 2024\\n"
print(Reader(Path({str(tmp_path)!r})).outcome_of(File("Connections.csv", content))["detail"])
"""
    assert "1 rows, 0 accounted for" in run("-c", script).stdout
