"""Builds the history of sixty million snapshot rows, beside lag() over all of them.

    history.py [--owners 1000] [--connections 5000] [--archives 12]

So many owners export their connections every month; each month 2 % leave, 2 % join and 1 % change jobs. The rows are
read once as linkstrata reads them (each with the digest of what it says), then worked into distinct rows and spans, one
month after the other, by what every ingest calls; the exports of one month are taken as one, for their rows are
compared with each other's in no other way. Beside that, one statement makes the same spans with lag() over all rows,
given 4 GB of memory. Both must find the same. Each is a process of its own, whose peak is taken; leaves with status 1
where linkstrata takes more than a quarter of the time, or more than 2 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from linkstrata.exports.catalogue import TABLES
from linkstrata.exports.members import MemberReading, Rejected
from linkstrata.warehouse import raw, spans
from linkstrata.warehouse.connection import open_build

TABLE = TABLES["connections"]
SAID = "profile_url, first_name, last_name, email, company, position, connected_on"
"""What a row says; the address comes first and names the person."""

OWNER = "everybody"
ROWS_AT_ONCE = 250_000

SNAPSHOT = """
    select
        'https://www.linkedin.com/in/person-' || o || '-' || p || '-' || substr(md5(p::varchar), 1, 6) as profile_url,
        'First' || (hash(p) % 900) as first_name, 'Last' || (hash(p + 7) % 9000) as last_name,
        case when hash(p + 3) % 25 = 0 then 'p' || p || '@example.org' end as email,
        'Company ' || (hash(p * 31 + job) % 4000) as company,
        'Position number ' || (hash(p * 17 + job) % 600) as position,
        date '2010-01-01' + (hash(p) % 2000)::integer as connected_on
    from (
        select o, p, ($month * 100 + hash(p * 1013 + o) % 10000) // 10000 as job
        from range($owners) as owners(o), range($month * $churn, $month * $churn + $connections) as people(p)
    )
"""

WITH_LAG = f"""
    create table history as
    with snapshots as (
        select {SAID}, archive_no, hash({SAID}) as said from read_parquet($files)
    ),
    traced as (
        select
            *,
            lag(archive_no) over w = archive_no - 1 and lag(said) over w = said as continues,
            lead(archive_no) over w = archive_no + 1 and lead(said) over w = said as continued
        from snapshots
        window w as (partition by profile_url order by archive_no)
    ),
    edges as (
        select * from traced where not coalesce(continues, false) or not coalesce(continued, false)
    )
    select
        {SAID}, archive_no as from_archive,
        1 + case when continued then lead(archive_no) over (partition by profile_url order by archive_no)
            else archive_no end as until_archive
    from edges
    qualify not coalesce(continues, false)
"""
"""One window over every row, then one over those at which something begins or ends."""

DIGEST = """
    select count(*), sum(hash(profile_url, company, position, from_archive, until_archive)::hugeint)::varchar from ({})
"""


def write_snapshots(folder: Path, owners: int, connections: int, archives: int) -> int:
    """A file a month with the rows of all owners; gives how many rows there are."""
    rows = 0
    with duckdb.connect() as connection:
        for month in range(archives):
            values = {"month": month, "owners": owners, "connections": connections, "churn": connections // 50}
            target = folder / f"{month + 1:03d}.parquet"
            connection.execute(f"copy (select *, $month + 1 as archive_no from ({SNAPSHOT})) to '{target}'", values)
            rows += owners * connections
    return rows


def build_with_lag(work: Path) -> dict[str, object]:
    files = sorted(map(str, work.glob("*.parquet")))
    config = {"memory_limit": "4GB", "temp_directory": str(work / "spill"), "preserve_insertion_order": False}
    with duckdb.connect(work / "lag.duckdb", config=config) as connection:
        begun = time.perf_counter()
        connection.execute(WITH_LAG, {"files": files})
        seconds = time.perf_counter() - begun
        found = connection.execute(DIGEST.format("from history")).fetchall()
    return {"seconds": seconds, "found": found}


def build_with_spans(work: Path) -> dict[str, object]:
    reading = working = 0.0
    files = sorted(work.glob("*.parquet"))
    with open_build(work / "build.duckdb") as connection:
        connection.execute("set memory_limit = '1GB'")  # no home's ingest brings five million rows at once
        raw.create_schema(connection)
        for number, file in enumerate(files, 1):
            begun = time.perf_counter()
            staging = raw.Staging(connection)
            staging.add(MemberReading(file.name, TABLE.name, "loaded", read_rows=partial(frames_of, file)))
            read = time.perf_counter()
            connection.begin()
            raw.add_table(connection, TABLE, OWNER, number)
            spans.add_archive(connection, TABLE.name, OWNER, number, spans.Place(number, spans.OPEN))
            connection.commit()
            reading += read - begun
            working += time.perf_counter() - read
            staging.drop()
        found = connection.execute(
            DIGEST.format(
                f"""
                select r.*, s.from_archive, case s.until_archive when 0 then {len(files)} + 1 else s.until_archive end
                    as until_archive
                from raw.connections_spans as s join raw.connections as r on r.row_id = s.row_id
                """
            )
        ).fetchall()
    return {"seconds": working, "reading": reading, "found": found}


def frames_of(file: Path, _rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
    """The rows of a snapshot as the reader of archives gives them, some hundred thousand at a time."""
    rows = pl.scan_parquet(file)
    absent = [column.name for column in TABLE.columns if column.name not in rows.collect_schema()]
    whole = rows.with_columns(pl.lit(None, pl.String).alias(name) for name in (*absent, "extra"))
    height = rows.select(pl.len()).collect().item()
    for begin in range(0, height, ROWS_AT_ONCE):
        yield whole.slice(begin, ROWS_AT_ONCE).collect()


BUILDERS = {"lag": build_with_lag, "spans": build_with_spans}


def measure(builder: str, work: Path) -> dict[str, Any]:
    """What a builder found and how long it took, in a process of its own, with its peak in megabytes."""
    command = [sys.executable, __file__, "--builder", builder, "--work", str(work)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{builder} failed")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # the system counts bytes there, kilobytes elsewhere
    return {**json.loads(said), "megabytes": usage.ru_maxrss / unit}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--owners", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=5000)
    parser.add_argument("--archives", type=int, default=12)
    parser.add_argument("--builder", choices=BUILDERS, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.builder:
        print(json.dumps(BUILDERS[asked.builder](asked.work)))
        return 0
    with tempfile.TemporaryDirectory(prefix="linkstrata-history-") as scratch:
        work = Path(scratch)
        rows = write_snapshots(work, asked.owners, asked.connections, asked.archives)
        lag = measure("lag", work)
        ours = measure("spans", work)
        size = (work / "build.duckdb").stat().st_size / 1e6
    if lag["found"] != ours["found"]:
        sys.exit(f"the two differ: {lag['found']}, {ours['found']}")
    share = ours["seconds"] / lag["seconds"]
    print(f"{rows:,} rows in {asked.archives} snapshots of {asked.owners:,} owners, {ours['found'][0][0]:,} spans")
    print(f"{'':<44}{'seconds':>10}{'peak':>11}{'ratio':>8}")
    print(f"{'lag() over all rows':<44}{lag['seconds']:>10.1f}{lag['megabytes']:>8.0f} MB{1:>8.2f}")
    print(f"{'working rows into spans':<44}{ours['seconds']:>10.1f}{ours['megabytes']:>8.0f} MB{share:>8.2f}")
    print(f"reading and digesting the rows before that took {ours['reading']:.1f} s; build.duckdb has {size:.0f} MB")
    return 1 if share > 0.25 or ours["megabytes"] > 2000 else 0


if __name__ == "__main__":
    sys.exit(main())
