"""What starts a run without a click: the inbox sensor, and the daily schedule. Both are on from the start."""

import hashlib
import json

import dagster as dg

from linkstrata.orchestration import inbox
from linkstrata.settings import Settings

SENSOR_SECONDS = 5
"""How often the inbox is looked at. A file is ingested once two looks in a row found it the same."""

ingest = dg.define_asset_job(
    "ingest",
    selection=dg.AssetSelection.all(),
    description="Loads what is new, makes every table anew, checks, publishes.",
    executor_def=dg.in_process_executor,
)


def inbox_sensor(settings: Settings) -> dg.SensorDefinition:
    """Starts one run for whatever has settled in the inbox since the run before."""

    @dg.sensor(
        name="inbox",
        job=ingest,
        minimum_interval_seconds=SENSOR_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Ingests what is dropped into the inbox, once it has stopped changing.",
    )
    def watch(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        # The cursor holds the state of each entry seen by the look before, and whether a run was asked for it.
        before: dict[str, bool] = json.loads(context.cursor or "{}")
        now = inbox.look(settings.inbox)
        ready = [state for state in inbox.settled(now, frozenset(before)) if not before[state]]
        cursor = json.dumps({state: state in ready or before.get(state, False) for state in now})
        if not ready:
            return dg.SensorResult(skip_reason=f"{len(now)} in the inbox, none new and settled", cursor=cursor)
        request = dg.RunRequest(
            run_key=hashlib.sha256("".join(sorted(ready)).encode()).hexdigest(),
            run_config={"ops": {"raw": {"config": {"states": ready}}}},
        )
        return dg.SensorResult(run_requests=[request], cursor=cursor)

    return watch


daily = dg.ScheduleDefinition(
    name="daily",
    job=ingest,
    cron_schedule="5 0 * * *",  # days are those of UTC, everywhere
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Brings what depends on today up to date, and tries again what waits in the inbox.",
)
