"""Runs the graph for the commands: once and in this process, or for as long as the web UI is open.

Prepares Dagster's home inside the data home before Dagster is imported. What a run does is in graph.py and run.py.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from linkstrata.orchestration.run import Run
from linkstrata.progress import Progress, silent
from linkstrata.settings import HOME_VARIABLE, Settings

if TYPE_CHECKING:
    from linkstrata.warehouse.pipeline import LoadOutcome, Request

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""What a run says on the terminal is up to the command."""


def run_ingest(settings: Settings, request: Request, progress: Progress = silent) -> LoadOutcome:
    """Loads what the request names, makes every table anew, checks and publishes; waits while another run is at it.

    Gives what became of each file. Raises RunFailed, with one line, when a step or a check failed: then the files are
    loaded as far as they could be, and the database published before is kept.
    """
    progress("starting")
    with Run(settings, request, progress) as run:
        return execute(run)


def execute(run: Run) -> LoadOutcome:
    """Takes one run through Dagster, in this process, on the home's own instance. Raises as `run_ingest` does.

    While Dagster is imported and plans, the files are loaded already: the graph's first step finds them so.
    """
    prepare_dagster_home(run.settings)
    project = run.session.project
    run.begin_loading()
    import dagster as dg

    from linkstrata.orchestration.automation import INGEST
    from linkstrata.orchestration.code_location import build_definitions
    from linkstrata.orchestration.storage import kept_connections

    with kept_connections(), dg.DagsterInstance.get() as instance:
        job = build_definitions(run.settings, project, run).resolve_job_def(INGEST)
        try:
            job.execute_in_process(run_config=QUIET, instance=instance)
        except BaseException as error:
            run.raise_failure()
            if isinstance(error, Exception):
                raise
            raise KeyboardInterrupt from None  # Dagster has one of its own
    assert run.outcome is not None
    return run.outcome


def run_web(settings: Settings, port: int) -> None:
    """Serves Dagster's web UI on 127.0.0.1, with the inbox sensor and the daily schedule; does not return."""
    prepare_dagster_home(settings)
    settings.create_folders()
    os.environ[HOME_VARIABLE] = str(settings.home)
    os.chdir(settings.home)
    # Started from a script, interrupts are ignored, and Dagster then takes no notice of being told to stop either.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    address = ["-h", "127.0.0.1", "-p", str(port)]
    command = ["dagster", "dev", "-m", "linkstrata.definitions", *address, "--log-level", "warning"]
    # `dagster dev` recommends another command, `dg`, which would need a project of its own layout.
    advice = "ignore:Function `dev_command` is superseded"
    os.execv(sys.executable, [sys.executable, "-W", advice, "-m", *command])


def prepare_dagster_home(settings: Settings) -> None:
    """Puts the project's dagster.yaml where Dagster looks for it, inside the data home; call before importing Dagster.

    Dagster reads its settings from there alone, and its telemetry starts with its import.
    """
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    wanted = settings.dagster_configuration.read_bytes()
    target = settings.dagster_home / "dagster.yaml"
    if not target.exists() or target.read_bytes() != wanted:
        target.write_bytes(wanted)
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
