"""`linkstrata sql --shell` on a terminal of its own: it starts, answers, refuses, and leaves nothing behind."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from harlequin.exception import HarlequinQueryError

from linkstrata.settings import Settings, project_root
from linkstrata.shell import Adapter

CONTROL_J, CONTROL_Q = b"\x0a", b"\x11"


class Terminal:
    """A terminal of 150 × 40 on which a command runs, and all that was ever drawn on it."""

    def __init__(self, words: list[str], environment: dict[str, str]) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 150, 0, 0))
        self.process = subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave, env=environment)
        os.close(slave)
        self.drawn = ""

    def until(self, is_so: Callable[[], bool], again: bytes = b"") -> None:
        """Waits until something is so; every few seconds types `again`."""
        begun = typed = time.monotonic()
        while not is_so():
            assert time.monotonic() < begun + 60, self.drawn[-2000:]
            if again and time.monotonic() > typed + 2:
                os.write(self.master, again)
                typed = time.monotonic()
            self.read()

    def shows(self, text: str) -> Callable[[], bool]:
        """Whether a text was ever drawn, whatever colours it has."""
        return lambda: text in self.drawn

    def read(self) -> None:
        if select.select([self.master], [], [], 0.2)[0]:
            try:
                said = os.read(self.master, 1 << 16).decode(errors="replace")
            except OSError:  # the command has ended
                said = ""
            self.drawn += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", said)


@pytest.fixture
def terminal(sample_home: Path, tmp_path: Path) -> Iterator[Terminal]:
    words = [sys.executable, "-m", "linkstrata.cli", "sql", "--shell", "--data", str(sample_home)]
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    terminal = Terminal(words, environment)
    yield terminal
    terminal.process.kill()
    terminal.process.wait()
    os.close(terminal.master)


def test_the_shell_answers_and_leaves_nothing_behind(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until(terminal.shows("audience_daily"))
    terminal.until(terminal.shows("Nothing typed here is kept"))
    os.write(terminal.master, b"select 6 * 7000 + count(*) * 0 as answer from contacts")
    terminal.until(terminal.shows("42000"), again=CONTROL_J)
    terminal.until(lambda: terminal.process.poll() is not None, again=CONTROL_Q)
    assert terminal.process.returncode == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_query_in_the_shell_reads_the_published_tables_and_nothing_else(sample_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "warehouse").mkdir(parents=True)
    published = home / "warehouse" / "linkstrata.duckdb"
    shutil.copyfile(sample_home / "warehouse" / "linkstrata.duckdb", published)
    connection = Adapter(Settings(home, project_root(), date(2026, 12, 1))).connect()
    tables = {item.label: [column.label for column in item.children] for item in connection.get_catalog().items}
    assert tables["notes"] == ["owner", "person_id", "note", "written_at", "from_list"]
    assert "contacts_as_of" in tables
    answered = connection.execute("select owner, len(tags) as tags, connected_on from contacts").set_limit(3)
    assert answered.columns() == [("owner", "s"), ("tags", "##"), ("connected_on", "d")]
    assert answered.fetchall().num_rows == 3
    for query in ("create table mine as select 1", "from read_csv('/etc/passwd')", "select 1; select 2", "selekt"):
        with pytest.raises(HarlequinQueryError):
            connection.execute(query)
    with duckdb.connect(f"{published}.next") as writer:
        writer.execute("create table mine as select 42 as answer")
    Path(f"{published}.next").replace(published)
    assert connection.execute("from mine").fetchall().to_pylist() == [{"answer": 42}], "what was published meanwhile"
    connection.close()


def test_without_a_terminal_the_shell_says_what_to_do(sample_home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "linkstrata.cli", "sql", "--shell", "--data", str(sample_home)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "terminal" in done.stderr
