"""What Dagster loads: the assets, jobs, sensors and the schedule of one data home, put together."""

import atexit
import multiprocessing
import os
from collections.abc import Iterator

import dagster as dg

from linkstrata.orchestration.automation import (
    INGEST,
    WRITE_NOTEBOOKS,
    daily,
    inbox_sensor,
    notebooks_after_publishing,
)
from linkstrata.orchestration.graph import NOTEBOOKS, build_assets, whole_run
from linkstrata.orchestration.run import Run
from linkstrata.orchestration.storage import kept_connections
from linkstrata.settings import Settings
from linkstrata.warehouse.models import Project, load_project
from linkstrata.warehouse.raw import raw_columns


def build_definitions(settings: Settings, project: Project | None = None, run: Run | None = None) -> dg.Definitions:
    """The definitions for a data home. Raises ModelError for a file under sql/ that cannot be used.

    A command gives the `run` whose session its steps use, and the session's project; otherwise the project is read here
    and every run makes a session of its own.
    """

    @dg.resource(description="The run's session on the warehouse, opened by the first step that needs it.")
    def own_run(_context: dg.InitResourceContext) -> Iterator[Run]:
        with kept_connections(), Run(settings) as one:
            yield one

    project = project or load_project(settings.sql, raw_columns(), settings.user_rules)
    ingest = dg.define_asset_job(
        INGEST, whole_run(project), description="Loads what is new, makes every table anew, checks, publishes."
    )
    write_notebooks = dg.define_asset_job(
        WRITE_NOTEBOOKS, dg.AssetSelection.assets(NOTEBOOKS), description="Writes every notebook as a page to read."
    )
    return dg.Definitions(
        assets=build_assets(project),
        jobs=[ingest, write_notebooks],
        sensors=[inbox_sensor(settings), notebooks_after_publishing],
        schedules=[daily],
        resources={"run": own_run if run is None else dg.ResourceDefinition.hardcoded_resource(run)},
        executor=dg.in_process_executor,
    )


def end_runs_at_once() -> None:
    """Lets a process of Dagster's own that has ended its run go without being taken apart; elsewhere does nothing.

    Stopped by Ctrl+C while the interpreter takes its modules apart, it told pages of what the database's module had not
    given back. The exit status says nothing here: Dagster goes by what the run itself has written.
    """
    if multiprocessing.parent_process() is not None:
        atexit.register(os._exit, 0)
