"""What Dagster costs us: our own graph with nothing to do, beside the empty graph of dagster_floor.py at our counts.

    dagster_cost.py [--runs 5]

Every run is a process of its own, in turn with the floor's, on a history that is kept between runs. Prints the medians
in seconds: importing Dagster, opening its instance, executing, all of it with the definitions, and the processor time
of all, which a busy machine distorts least.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

from linkstrata.orchestration.run import Run
from linkstrata.orchestration.runner import execute, prepare_dagster_home
from linkstrata.settings import Settings, settings_from_environment
from linkstrata.warehouse.models import Check, Model, Project, load_project
from linkstrata.warehouse.pipeline import LoadOutcome, Request
from linkstrata.warehouse.raw import raw_columns

PARTS = ("import", "instance", "execute", "total", "processor")


class Idle:
    """In place of a session on the warehouse: every step is done at once."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def load(self, request: Request) -> LoadOutcome:
        return LoadOutcome((), defaultdict(int))

    def run(self, model: Model) -> int:
        return 0

    def check(self, check: Check) -> int:
        return 0

    def run_rules(self) -> dict[str, str]:
        return {}

    def publish(self) -> None:
        pass


class IdleRun(Run):
    """A run that opens no database."""

    def column_types(self, model: Model) -> dict[str, str]:
        return dict.fromkeys(model.columns, "VARCHAR")


def run_once(settings: Settings, project: Project) -> dict[str, float]:
    """Seconds of each part of one run. The project is read beforehand: that is no part of Dagster's."""
    prepare_dagster_home(settings)
    began, processor = time.perf_counter(), time.process_time()
    import dagster as dg

    seconds = {"import": time.perf_counter() - began}

    def timed(name: str, call: Any) -> Any:
        def measured(*arguments: Any, **options: Any) -> Any:
            start = time.perf_counter()
            try:
                return call(*arguments, **options)
            finally:
                seconds[name] = time.perf_counter() - start

        return measured

    run = IdleRun(settings, Request())
    run.__dict__["session"] = Idle(project)
    with (
        patch.object(dg.DagsterInstance, "get", timed("instance", dg.DagsterInstance.get)),
        patch.object(dg.JobDefinition, "execute_in_process", timed("execute", dg.JobDefinition.execute_in_process)),
    ):
        execute(run)
    return seconds | {"total": time.perf_counter() - began, "processor": time.process_time() - processor}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--once", type=Path, metavar="HOME", help=argparse.SUPPRESS)
    options = parser.parse_args()
    settings = settings_from_environment(options.once)
    project = load_project(settings.sql, raw_columns())
    if options.once:
        print(json.dumps(run_once(settings, project)))
        return
    here = Path(__file__).parent
    counts = ["--models", str(len(project.models)), "--checks", str(len(project.checks))]
    with tempfile.TemporaryDirectory(prefix="linkstrata-dagster-") as scratch:
        commands = {
            "ours": [sys.executable, __file__, "--once", f"{scratch}/ours"],
            "floor": [sys.executable, str(here / "dagster_floor.py"), f"{scratch}/floor", *counts],
        }
        measured: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
        for turn in range(options.runs + 1):
            for name, command in commands.items():
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                if turn:  # the first run makes the history
                    measured[name].append(json.loads(done.stdout))
    print(f"{len(project.models)} models, {len(project.checks)} checks; medians of {options.runs} runs, seconds")
    print(f"{'':8}" + "".join(f"{part:>10}" for part in PARTS))
    medians = {
        name: {part: statistics.median(run[part] for run in runs) for part in PARTS} for name, runs in measured.items()
    }
    for name, parts in medians.items():
        print(f"{name:8}" + "".join(f"{parts[part]:>10.2f}" for part in PARTS))
    ratios = [medians["ours"][part] / medians["floor"][part] for part in ("total", "processor")]
    print(f"ours / floor: {ratios[0]:.2f} in all, {ratios[1]:.2f} of processor time")


if __name__ == "__main__":
    main()
