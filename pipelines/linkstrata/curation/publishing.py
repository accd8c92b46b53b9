"""Shows edits in the published database: at once where they change tags and notes, else by running the models again.

An edit that is shown at once goes into a copy of the published file, which then replaces it; the build database is left
alone, for it may be ahead of what is published. The tables are made by the same SQL as in a build: what that reads
beside `curation` stands in the published file already, under other names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from duckdb import BinderException, CatalogException, DuckDBPyConnection

from linkstrata.curation.carrying import carry
from linkstrata.lock import home_lock
from linkstrata.progress import Progress, silent
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import open_scratch
from linkstrata.warehouse.models import MARTS, Model, ModelError, Project, last_project, run_model
from linkstrata.warehouse.publish import Publication
from linkstrata.warehouse.saved_segments import publish_saved_segments

SHOWN_AT_ONCE = frozenset({"tags", "taggings", "notes", "saved_filters"})
"""The tables of the store whose edits need no run of all models."""

STAND_INS: Mapping[str, str] = MappingProxyType(
    {
        "identity.person_keys": f"select * from {MARTS}.main.person_keys",
        "segments.contacts": f"select * exclude (tags) from {MARTS}.main.contacts",
        "segments.contact_ranks": f"""
            select owner, person_id, columns('^rank_.*') from {MARTS}.main.contacts_grid
        """,
        "segments.listed_tags": f"""
            select owner, person_id, tag, tagged_at from {MARTS}.main.contact_tags
            where kind = 'manual' and reason is not null
        """,
        "segments.listed_notes": f"""
            select owner, person_id, note, written_at from {MARTS}.main.notes where from_list
        """,
        "history.segment_periods": f"select * from {MARTS}.main.segment_history",
        "tags.rule_rows": f"""
            select owner, person_id, tag, reason, rule_digest as digest
            from {MARTS}.main.contact_tags where kind = 'rule'
        """,
        "tags.rule_spans": f"""
            select owner, person_id, tag, tagged_at as since from {MARTS}.main.contact_tags where kind = 'rule'
        """,
        "tags.rules": f"""
            select tag, description, rule_digest as digest, cast(null as boolean) as shipped, problem
            from {MARTS}.main.tags where kind = 'rule'
        """,
    }
)
"""What models find in the published file in place of the tables of a build."""


def publish_edits(settings: Settings, progress: Progress = silent) -> None:
    """Brings tags and notes in the published database up to what the store says, by the models of the last build.

    Where these do not fit the published file, everything is built instead. `progress` is told whom it waits for.
    Raises connection.NotPublished, publish.PublishError; whatever fails leaves the published file as it was.
    """
    with home_lock(settings, "saving an edit", lambda holder: progress(f"waiting for {holder}")):
        project = last_project(settings.remembered_project)
        if project is not None and _amend(settings, project):
            return
    rebuild(settings, progress)


def rebuild(settings: Settings, progress: Progress = silent) -> None:
    """Runs every model on what was ingested and typed, and publishes. Raises as pipeline.Session does."""
    # Reading exports takes much to import, and an edit is mostly shown without.
    from linkstrata.warehouse.pipeline import Request, Session

    with Session(settings, progress) as session:
        session.load(Request())
        session.build()


def models_shown_at_once(project: Project) -> Iterator[Model]:
    """The models that read an edit's tables, themselves or through others, in running order."""
    reached = {f"curation.{table}" for table in SHOWN_AT_ONCE}
    for model in project.models:
        if reached.intersection(model.reads):
            reached.add(model.name)
            yield model


def _amend(settings: Settings, project: Project) -> bool:
    """Replaces the published file by a copy with the edits; False where another layout of it prevents that."""
    with open_scratch() as connection:
        publication = Publication.amend(connection, settings.published_database)
        try:
            carry(connection, settings.curation_database)
            _stand_in(connection)
            for model in models_shown_at_once(project):
                run_model(connection, model)
            publish_saved_segments(connection, project, settings.today, MARTS)
            publication.finish(project)
            return True
        except (ModelError, CatalogException, BinderException):
            return False
        finally:
            publication.abandon()


def _stand_in(connection: DuckDBPyConnection) -> None:
    for name, query in STAND_INS.items():
        connection.execute(f"create schema if not exists {name.partition('.')[0]}")
        connection.execute(f"create view {name} as {query}")
