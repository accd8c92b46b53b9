"""`linkstrata dev` as a person uses it: a file dropped into the inbox is ingested, nothing is clicked."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from linkstrata.settings import project_root
from linkstrata.warehouse.connection import read_published

PATIENCE = 240  # seconds; a quiet machine needs about 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run_states(home: Path) -> list[str]:
    """The states of all runs that Dagster knows of."""
    runs = home / ".dagster" / "history" / "runs.db"
    if not runs.exists():
        return []
    with closing(sqlite3.connect(runs)) as history:
        if not history.execute("select 1 from sqlite_master where name = 'runs'").fetchall():
            return []
        return [state for (state,) in history.execute("select status from runs").fetchall()]


def test_what_is_dropped_into_the_inbox_is_ingested_without_a_click(tmp_path: Path) -> None:
    home, user = tmp_path / "home", tmp_path / "user"
    (home / "inbox").mkdir(parents=True)
    user.mkdir()
    archive = sorted((project_root() / "data" / "sample").glob("Complete_*.zip"))[0]
    shutil.copy(archive, home / "inbox")
    server = subprocess.Popen(
        [sys.executable, "-m", "linkstrata.cli", "dev", "--port", str(free_port()), "--data", str(home)],
        env={"PATH": os.environ["PATH"], "HOME": str(user)},
        cwd=user,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while run_states(home) != ["SUCCESS"]:
            assert server.poll() is None, server.communicate()[1]
            assert time.monotonic() < deadline, f"no run has succeeded: {run_states(home)}"
            time.sleep(0.5)
        server.send_signal(signal.SIGINT)
        _, said = server.communicate(timeout=PATIENCE)
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.communicate()

    assert said == ""
    assert list((home / "inbox").iterdir()) == []
    assert list(user.iterdir()) == []
    with read_published(home / "warehouse" / "linkstrata.duckdb") as reader:
        assert reader.execute("select file_name, status from archives").fetchall() == [(archive.name, "loaded")]
        (people,) = reader.execute("select count(*) from contacts").fetchall()[0]
        assert people > 0
