"""What starts a run without a click: the inbox sensor and the daily schedule, both on from the start; and the sensor
that has the notebooks written after every publication, off until it is switched on in the web UI."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import dagster as dg

from linkstrata.lock import is_held
from linkstrata.orchestration import inbox
from linkstrata.orchestration.graph import PUBLISHED
from linkstrata.settings import Settings

INGEST = "ingest"
"""The job that both start, and the commands too."""

WRITE_NOTEBOOKS = "write_notebooks"
"""The job that runs the notebook suite into pages."""

LOOK_SECONDS = 4
"""The least time between two looks at the inbox. A file is ingested once two in a row found it the same."""

START_UP = timedelta(minutes=1)
"""How long a run may take from its start until it holds the home, if nobody else does."""

UNDER_WAY = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def inbox_sensor(settings: Settings) -> dg.SensorDefinition:
    """Starts one run when something new has settled in the inbox; what an earlier run left there is tried again."""

    @dg.sensor(
        name="inbox",
        job_name=INGEST,
        minimum_interval_seconds=LOOK_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Ingests what is dropped into the inbox, once it has stopped changing.",
    )
    def watch(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        close_lost_runs(context.instance, settings)
        # The cursor holds the state of each entry seen by the look before, and whether a run was asked for it.
        before: dict[str, bool] = json.loads(context.cursor or "{}")
        now = inbox.look(settings.inbox)
        settled = sorted(inbox.settled(now, frozenset(before)))
        cursor = json.dumps({state: state in settled for state in now})
        if all(before[state] for state in settled):
            return dg.SensorResult(skip_reason=f"{len(now)} in the inbox, none new and settled", cursor=cursor)
        request = dg.RunRequest(
            run_key=hashlib.sha256("".join(settled).encode()).hexdigest(),
            run_config={"ops": {"raw": {"config": {"states": settled}}}},
        )
        return dg.SensorResult(run_requests=[request], cursor=cursor)

    return watch


@dg.asset_sensor(
    asset_key=PUBLISHED,
    name="notebooks_after_publishing",
    job_name=WRITE_NOTEBOOKS,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Writes the notebooks as pages whenever something was published. Off until you switch it on.",
)
def notebooks_after_publishing(_context: dg.SensorEvaluationContext, event: dg.EventLogEntry) -> dg.RunRequest:
    """One run of the suite for each publication."""
    return dg.RunRequest(run_key=event.run_id)


# Days are those of UTC, everywhere.
daily = dg.ScheduleDefinition(
    name="daily",
    job_name=INGEST,
    cron_schedule="5 0 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Brings what depends on today up to date, and tries again what waits in the inbox.",
)


def close_lost_runs(instance: dg.DagsterInstance, settings: Settings) -> None:
    """Marks as failed each run that a kill or a power cut left under way: as long as it counts, no other is started."""
    lost = dg.RunsFilter(statuses=UNDER_WAY, updated_before=datetime.now(UTC) - START_UP)
    runs = instance.get_runs(lost)
    if runs and not is_held(settings):
        for run in runs:
            instance.report_run_failed(run, "The run ended without a word: it was killed, or the machine stopped.")
