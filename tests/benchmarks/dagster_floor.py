"""The limit for Dagster's share: a graph of our size in which every asset and check is empty.

    dagster_floor.py HOME [--models 40] [--checks 20] [--as-it-comes]

One ingest asset and N models, the checks yielded by the models; tuned as a run of ours is: no telemetry, no compute
logs, a quiet console, SQLite connections kept open. With --as-it-comes nothing is tuned and each check is a step of
its own. HOME is the instance's directory, kept, so that a first run and a later one can be told apart. Prints one JSON
line of seconds.
"""

import time

BEGUN = time.perf_counter()

# ruff: noqa: E402  (the clock starts before the imports, for they are part of the time)
import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("home", type=Path)
parser.add_argument("--models", type=int, default=40)
parser.add_argument("--checks", type=int, default=20)
parser.add_argument("--as-it-comes", action="store_true")
options = parser.parse_args()

TUNED = """
telemetry:
  enabled: false
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
python_logs:
  python_log_level: ERROR
"""
options.home.mkdir(parents=True, exist_ok=True)
(options.home / "dagster.yaml").write_text("" if options.as_it_comes else TUNED)
os.environ["DAGSTER_HOME"] = str(options.home.resolve())
if not options.as_it_comes:
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"

import dagster as dg

IMPORTED = time.perf_counter()


def keep_connections() -> None:
    """One open connection a database in place of one for every event."""
    from dagster._core.storage.event_log.sqlite import sqlite_event_log
    from dagster._core.storage.runs.sqlite import sqlite_run_storage
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    kept: dict[str, Any] = {}

    def kept_engine(url: str, **_options: Any) -> Any:
        if url not in kept:
            kept[url] = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
            kept[url].dispose = lambda *_: None
        return kept[url]

    sqlite_event_log.create_engine = sqlite_run_storage.create_engine = kept_engine  # type: ignore[attr-defined]


def reads(number: int) -> list[str]:
    """Eight models read what was ingested, each other one two models before it."""
    return ["ingest"] if number < 8 else [f"model_{number // 2}", f"model_{number - 5}"]


def model(number: int) -> dg.AssetsDefinition:
    guarded = number < options.checks and not options.as_it_comes
    spec = dg.AssetCheckSpec("holds", asset=f"model_{number}")

    @dg.asset(name=f"model_{number}", deps=reads(number), check_specs=[spec] if guarded else None)
    def empty() -> Iterator[dg.MaterializeResult[None]]:
        yield dg.MaterializeResult(
            metadata={"rows": number}, check_results=[dg.AssetCheckResult(passed=True)] if guarded else []
        )

    return empty


def check(number: int) -> dg.AssetChecksDefinition:
    @dg.asset_check(name="holds", asset=f"model_{number}")
    def holds() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True)

    return holds


@dg.asset
def ingest() -> None:
    """Nothing to read."""


def main() -> None:
    definitions = dg.Definitions(
        assets=[ingest, *map(model, range(options.models))],
        asset_checks=[check(number) for number in range(options.checks)] if options.as_it_comes else [],
    )
    job = definitions.resolve_implicit_global_asset_job_def()
    defined = time.perf_counter()
    with dg.DagsterInstance.get() as instance:
        opened = time.perf_counter()
        if not options.as_it_comes:
            keep_connections()
        result = job.execute_in_process(instance=instance)
    ended = time.perf_counter()
    seconds = {
        "import": IMPORTED - BEGUN,
        "definitions": defined - IMPORTED,
        "instance": opened - defined,
        "execute": ended - opened,
        "total": ended - BEGUN,
        "processor": time.process_time(),
    }
    counts = {
        "materialized": len(result.get_asset_materialization_events()),
        "checks": len(result.get_asset_check_evaluations()),
    }
    print(json.dumps({"success": result.success} | counts | {name: round(s, 3) for name, s in seconds.items()}))


if __name__ == "__main__":
    main()
