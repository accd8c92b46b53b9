"""Dagster on a small data home: it must come to what the domain functions come to, and keep to itself.

The SQL is a small project of the tests' own, so that a broken check or model can be written at will.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import nbformat
import pytest

from linkstrata.orchestration import automation, storage
from linkstrata.orchestration.automation import close_lost_runs
from linkstrata.orchestration.code_location import build_definitions
from linkstrata.orchestration.run import RunFailed
from linkstrata.orchestration.runner import run_ingest
from linkstrata.settings import Settings, project_root
from linkstrata.warehouse.connection import read_published
from linkstrata.warehouse.models import ModelError
from linkstrata.warehouse.pipeline import Request, Session
from linkstrata.warehouse.receipts import Options

MODELS = {
    "staging/connections.sql": """
-- One row per connection of an export.
--
-- columns:
--   owner        slug of the member whose exports these are
--   full_name    first and last name
--   company      as the file says
select owner, first_name || ' ' || last_name as full_name, company from raw.connections
""",
    "identity/person_keys.sql": """
-- One row per name.
--
-- columns:
--   person_key    what a person is known by
--   person_id     names a person
--   separate_id   names a person, whatever was joined by hand
select distinct full_name as person_key, full_name as person_id, full_name as separate_id from staging.connections
""",
    "segments/contacts.sql": """
-- One row per name.
--
-- columns:
--   owner        slug of the member whose exports these are
--   person_id    names a person
--   company      their last company
select owner, full_name as person_id, max(company) as company from staging.connections group by owner, full_name
""",
    "marts/contacts.sql": """
-- One row per person.
--
-- columns:
--   owner        slug of the member whose exports these are
--   person_id    names a person
--   company      their last company
--   tags         how many rule tags they carry
select c.owner, c.person_id, max(c.company) as company, count(r.tag) as tags
from segments.contacts as c left join tags.rule_rows as r on r.owner = c.owner and r.person_id = c.person_id
group by c.owner, c.person_id
""",
    "tags/employed.sql": """
-- Has a company.
select owner, person_id, company as reason from main.contacts where company is not null
""",
    "checks/no_nameless.sql": """
-- Everybody has a name.
-- guards: marts.contacts
select person_id from marts.contacts where person_id is null
""",
}

CONNECTIONS = """First Name,Last Name,URL,Email Address,Company,Position,Connected On
Alda,Berinova,https://www.linkedin.com/in/alda-berinova,,Amber Labs,Engineer,03 Mar 2025
Corvin,Dagilo,https://www.linkedin.com/in/corvin-dagilo,,,,04 Mar 2025
"""


OPTIONS = Options(owner="mara-testova", exported_on=date(2026, 1, 5))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An empty home, and a checkout with the small project."""
    settings = Settings(home=tmp_path / "home", root=tmp_path / "checkout", today=date(2026, 12, 1))
    for name, sql in MODELS.items():
        write_sql(settings, name, sql)
    carriers = "sql/staging/carriers.sql"  # what publishes raw tables as they are reads it
    shutil.copy(project_root() / carriers, settings.root / carriers)
    shutil.copy(project_root() / "dagster.yaml", settings.root)
    settings.create_folders()
    return settings


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "Connections.csv"
    path.write_text(CONNECTIONS, encoding="utf-8")
    return path


def write_sql(settings: Settings, name: str, sql: str) -> None:
    path = settings.sql / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sql.lstrip(), encoding="utf-8")


def published(settings: Settings) -> list[tuple[object, ...]]:
    with read_published(settings.published_database) as reader:
        return reader.execute("select * from contacts order by all").fetchall()


def history(settings: Settings) -> bytes:
    """All that Dagster keeps of its runs, as bytes."""
    return b"".join(path.read_bytes() for path in settings.dagster_home.rglob("*") if path.is_file())


# -- a run ------------------------------------------------------------------------------------------------------------


def test_a_run_comes_to_what_the_domain_functions_come_to(settings: Settings, export: Path, tmp_path: Path) -> None:
    by_hand = Settings(home=tmp_path / "by hand", root=settings.root, today=settings.today)
    with Session(by_hand) as session:
        expected = session.load(Request((export,), OPTIONS))
        session.build()

    outcome = run_ingest(settings, Request((export,), OPTIONS))

    assert outcome == expected
    assert published(settings) == published(by_hand)
    assert len(published(settings)) == 2


def test_a_broken_check_keeps_what_was_published_and_says_so_in_one_line(settings: Settings, export: Path) -> None:
    run_ingest(settings, Request((export,), OPTIONS))
    before = published(settings)
    export.write_text(CONNECTIONS + "Elmar,Finelo,,,,,05 Mar 2025\n", encoding="utf-8")
    write_sql(
        settings,
        "checks/two_at_most.sql",
        "-- Two people at most.\n-- guards: segments.contacts\nselect * from segments.contacts where person_id > 'D'",
    )

    with pytest.raises(RunFailed, match=r"^segments\.contacts: 1 rows break sql/checks/two_at_most\.sql, .*[^\n]$"):
        run_ingest(settings, Request((export,), OPTIONS))

    assert published(settings) == before
    (settings.sql / "checks/two_at_most.sql").unlink()
    run_ingest(settings, Request())
    assert len(published(settings)) == 3


def test_a_model_that_fails_is_named_and_quotes_nothing_to_dagster(settings: Settings, export: Path) -> None:
    run_ingest(settings, Request((export,), OPTIONS))
    before = published(settings)
    broken = MODELS["staging/connections.sql"].replace(", company from", ", company::date::varchar as company from")
    write_sql(settings, "staging/connections.sql", broken)

    with pytest.raises(ModelError, match=r"sql/staging/connections\.sql: .*Amber Labs"):
        run_ingest(settings, Request())

    assert published(settings) == before
    assert b"Amber Labs" not in history(settings)


def test_the_history_holds_no_rows_names_or_paths(settings: Settings, export: Path) -> None:
    run_ingest(settings, Request((export,), OPTIONS))
    kept = history(settings)
    assert b"row_count" in kept
    for personal in (b"Alda", b"Amber Labs", b"mara-testova", export.name.encode(), str(export.parent).encode()):
        assert personal not in kept


def test_what_was_made_is_recorded(settings: Settings, export: Path) -> None:
    """Row count, columns with their types, and column lineage of a model."""
    run_ingest(settings, Request((export,), OPTIONS))
    with dg.DagsterInstance.get() as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(["marts", "contacts"]))
        raw = instance.get_latest_materialization_event(dg.AssetKey(["raw", "connections"]))
    assert event is not None and event.asset_materialization is not None
    metadata = event.asset_materialization.metadata
    assert metadata["dagster/row_count"].value == 2
    columns = metadata["dagster/column_schema"].value.columns  # type: ignore[union-attr]
    assert [(column.name, column.type, column.description) for column in columns][-1] == (
        "tags",
        "BIGINT",
        "how many rule tags they carry",
    )
    lineage = metadata["dagster/column_lineage"].value.deps_by_column  # type: ignore[union-attr]
    assert lineage["company"] == [dg.TableColumnDep(dg.AssetKey(["segments", "contacts"]), "company")]
    assert raw is not None and raw.asset_materialization is not None
    assert raw.asset_materialization.metadata["dagster/row_count"].value == 2


# -- Dagster's home ---------------------------------------------------------------------------------------------------


def test_dagster_is_set_as_the_checkout_says(settings: Settings, export: Path) -> None:
    run_ingest(settings, Request((export,), OPTIONS))
    with dg.DagsterInstance.get() as instance:
        assert instance.root_directory == str(settings.dagster_home)
        assert instance.telemetry_enabled is False
        assert instance.nux_enabled is False
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 1
        assert type(instance.compute_log_manager).__name__ == "NoOpComputeLogManager"
        assert not {"ASSET", "FRESHNESS_DAEMON"} & set(instance.get_required_daemon_types())


def test_nothing_is_kept_outside_the_data_home(settings: Settings, export: Path, tmp_path: Path) -> None:
    user = tmp_path / "user"
    user.mkdir()
    script = f"""
from datetime import date
from pathlib import Path
from linkstrata.orchestration.runner import run_ingest
from linkstrata.settings import Settings
from linkstrata.warehouse.pipeline import Request
from linkstrata.warehouse.receipts import Options
settings = Settings(home=Path({str(settings.home)!r}), root=Path({str(settings.root)!r}), today=date(2026, 12, 1))
run_ingest(settings, Request((Path({str(export)!r}),), Options(owner="mara-testova")))
"""
    environment = {"PATH": os.environ["PATH"], "HOME": str(user), "TMPDIR": str(user)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=user, env=environment, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")
    assert list(user.iterdir()) == []


def test_runs_go_on_without_kept_connections(settings: Settings, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When Dagster's internals move, a run is only slower."""
    with storage.kept_connections() as kept:
        assert kept
    monkeypatch.setattr(storage, "STORAGES", (*storage.STORAGES, "dagster.moved_elsewhere"))
    with storage.kept_connections() as kept:
        assert not kept
    run_ingest(settings, Request((export,), OPTIONS))
    assert len(published(settings)) == 2


def test_only_one_module_touches_dagsters_internals() -> None:
    package = Path(storage.__file__).parents[1]
    touching = [path for path in package.rglob("*.py") if "dagster._" in path.read_text(encoding="utf-8")]
    assert touching == [Path(storage.__file__)]


# -- the inbox --------------------------------------------------------------------------------------------------------


class Watch:
    """The inbox sensor, tick after tick, with the cursor that Dagster would keep."""

    def __init__(self, settings: Settings, instance: dg.DagsterInstance) -> None:
        self.sensor = build_definitions(settings).resolve_sensor_def("inbox")
        self.instance = instance
        self.cursor: str | None = None

    def tick(self) -> list[dg.RunRequest]:
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor)
        result = self.sensor(context)
        assert isinstance(result, dg.SensorResult)
        self.cursor = result.cursor
        return list(result.run_requests or [])


@pytest.fixture
def watch(settings: Settings) -> Iterator[Watch]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield Watch(settings, instance)


def states(request: dg.RunRequest) -> list[str]:
    wanted: list[str] = request.run_config["ops"]["raw"]["config"]["states"]
    return wanted


def test_a_file_is_asked_for_once_when_it_stops_changing(settings: Settings, watch: Watch) -> None:
    dropped = settings.inbox / "Connections.csv"
    dropped.write_text("First Name")
    assert watch.tick() == []
    dropped.write_text("First Name,Last Name")
    assert watch.tick() == []
    (request,) = watch.tick()
    assert len(states(request)) == 1
    assert watch.tick() == []
    assert "Connections" not in str(request) + str(watch.cursor)


def test_what_an_earlier_run_left_is_tried_again_with_the_next_file(settings: Settings, watch: Watch) -> None:
    (settings.inbox / "refused.csv").write_text("x")
    watch.tick()
    watch.tick()
    (settings.inbox / "owner.zip").write_text("y")
    assert watch.tick() == []
    (request,) = watch.tick()
    assert len(states(request)) == 2
    assert watch.tick() == []


def test_run_keys_tell_files_and_drops_apart(settings: Settings, watch: Watch) -> None:
    """The same file dropped again is asked for again: it has to leave the inbox, too."""
    keys = set()
    for name, text in (("a.csv", "one"), ("b.csv", "one"), ("a.csv", "two"), ("a.csv", "two")):
        (settings.inbox / name).write_text(text)
        watch.tick()
        (request,) = watch.tick()
        keys.add(request.run_key)
        (settings.inbox / name).unlink()
    assert len(keys) == 4


def test_what_is_unfinished_or_hidden_waits(settings: Settings, watch: Watch) -> None:
    for name in (".DS_Store", "export.zip.crdownload", "export.zip.part", "~$workbook.xlsx"):
        (settings.inbox / name).write_text("x")
    (settings.inbox / "placeholder.zip").touch()
    folder = settings.inbox / "Basic_LinkedInDataExport"
    folder.mkdir()
    (folder / "Profile.csv").write_text("x")
    watch.tick()
    (folder / "Connections.csv").write_text("x")
    assert watch.tick() == []
    (request,) = watch.tick()
    assert len(states(request)) == 1


def test_a_sensors_run_takes_the_file_it_is_for_and_no_other(settings: Settings, export: Path, watch: Watch) -> None:
    first = settings.inbox / "Connections.csv"
    shutil.copy(export, first)
    run_ingest(settings, Request((first,), OPTIONS))  # tells whose home it is
    shutil.copy(export, first)
    first.write_text(first.read_text() + "Elmar,Finelo,,,,,05 Mar 2025\n")
    watch.tick()
    (request,) = watch.tick()
    (settings.inbox / "Connections (1).csv").write_text("still being cop")

    with dg.DagsterInstance.get() as instance:
        job = build_definitions(settings).resolve_job_def("ingest")
        assert job.execute_in_process(run_config=request.run_config, instance=instance).success

    assert [path.name for path in settings.inbox.iterdir()] == ["Connections (1).csv"]
    assert len(published(settings)) == 3


def test_a_run_that_no_sensor_started_takes_all_that_settled(
    settings: Settings, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_ingest(settings, Request((export,), OPTIONS))
    shutil.copy(export, settings.inbox / "Connections.csv")
    growing = settings.inbox / "Growing.csv"
    growing.write_text("x")
    monkeypatch.setattr(time, "sleep", lambda _seconds: growing.write_text("xx"))

    with dg.DagsterInstance.get() as instance:
        assert build_definitions(settings).resolve_job_def("ingest").execute_in_process(instance=instance).success

    assert list(settings.inbox.iterdir()) == [growing]


def test_sensor_and_schedule_are_on_from_the_start(settings: Settings) -> None:
    definitions = build_definitions(settings)
    assert definitions.resolve_sensor_def("inbox").default_status == dg.DefaultSensorStatus.RUNNING
    schedule = definitions.resolve_schedule_def("daily")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert schedule.cron_schedule == "5 0 * * *"


def test_notebooks_are_written_after_publishing_only_where_somebody_asked(settings: Settings, export: Path) -> None:
    question = nbformat.v4.new_code_cell("owner = None", metadata={"tags": ["parameters"]})
    ask = nbformat.v4.new_code_cell("from linkstrata.notebook import sql\nsql('from contacts').height")
    settings.notebooks.mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# How many?"), question, ask])
    nbformat.write(notebook, settings.notebooks / "01_how_many.ipynb")
    run_ingest(settings, Request((export,), OPTIONS))
    pages = settings.reports / "notebooks"
    assert not pages.exists()

    definitions = build_definitions(settings)
    sensor = definitions.resolve_sensor_def("notebooks_after_publishing")
    assert sensor.default_status == dg.DefaultSensorStatus.STOPPED
    with dg.DagsterInstance.get() as instance:
        asked = sensor.evaluate_tick(dg.build_sensor_context(instance, definitions=definitions))
        assert len(asked.run_requests or []) == 1
        assert definitions.resolve_job_def(sensor.job_name).execute_in_process(instance=instance).success
    assert "How many?" in (pages / "01_how_many.html").read_text(encoding="utf-8")


def test_a_lost_run_holds_up_no_other(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automation, "START_UP", timedelta(0))
    job = build_definitions(settings).resolve_job_def("ingest")
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        with Session(settings):  # somebody is at work: it may be this run
            close_lost_runs(instance, settings)
        assert instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.STARTED  # type: ignore[union-attr]
        close_lost_runs(instance, settings)
        assert instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.FAILURE  # type: ignore[union-attr]
