"""A kill at any moment: what was published opens whole, and the next ingest ends as if nothing had happened."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pytest

from linkstrata.sample.samples import write_sample
from linkstrata.settings import Settings, project_root
from linkstrata.warehouse import pipeline

pytestmark = pytest.mark.long

TODAY = date(2026, 12, 1)
MOMENTS = 20
AT_ONCE = 2

# differs between two runs by its nature
OF_THE_RUN = {"ingested_at", "built_at"}

Tables = dict[str, list[tuple[object, ...]]]


def ingest(home: Path, *files: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "linkstrata.cli", "ingest", *map(str, files), "--data", str(home)],
        env={"PATH": os.environ["PATH"], "LINKSTRATA_TODAY": TODAY.isoformat()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[bytes]) -> None:
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors.decode()


def published(home: Path) -> Tables:
    """Every published table as sorted rows."""
    tables: Tables = {}
    with duckdb.connect(home / "warehouse" / "linkstrata.duckdb", read_only=True) as connection:
        for (table,) in connection.sql("select table_name from duckdb_tables()").fetchall():
            described = connection.sql(f"describe {table}").fetchall()
            columns = ", ".join(f'"{column[0]}"' for column in described if column[0] not in OF_THE_RUN)
            tables[table] = sorted(connection.sql(f"select {columns} from {table}").fetchall(), key=repr)
    return tables


def first_difference(ended: Sequence[object], wanted: Sequence[object]) -> list[object]:
    """The first row that one has and the other has not, from either side."""
    return [
        next((row for row in ended if row not in wanted), None),
        next((row for row in wanted if row not in ended), None),
    ]


def test_a_kill_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    _, _, files = write_sample(tmp_path / "files", connections=60, months=6)
    first, rest = files[0], files[-3:]

    begun = tmp_path / "begun"
    finish(ingest(begun, first))
    before = published(begun)

    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(begun, undisturbed)
    start = time.monotonic()
    finish(ingest(undisturbed, *rest))
    seconds = time.monotonic() - start
    after = published(undisturbed)
    assert len(after["archives"]) == 1 + len(rest)
    assert len(after["contacts"]) > len(before["contacts"]) > 0

    # one moment in each twentieth of the time that an undisturbed run takes, spread at random within it
    chance = random.Random(20)
    moments = [seconds * (part + chance.random()) / MOMENTS for part in range(MOMENTS)]

    def killed_at(number: int) -> str | None:
        """What is wrong after a kill at that moment, if anything is. Most go on without Dagster, which is quicker."""
        moment = moments[number]
        home = tmp_path / f"killed-{moment:.3f}"
        shutil.copytree(begun, home)
        process = ingest(home, *rest)
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if published(home) not in (before, after):
            return f"killed after {moment:.3f} s: the published database is neither the old one nor the new one"
        if number % 5 == 0:
            finish(ingest(home, *rest))
        else:
            settings = Settings(home=home, root=project_root(), today=TODAY)
            assert all(file.status != "quarantined" for file in pipeline.ingest(settings, tuple(rest)).files)
        ended = published(home)
        shutil.rmtree(home)
        differing = {
            table: first_difference(ended[table], rows) for table, rows in after.items() if ended[table] != rows
        }
        return f"killed after {moment:.3f} s, other than undisturbed: {differing}" if differing else None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert [wrong for wrong in pool.map(killed_at, range(MOMENTS)) if wrong] == []
