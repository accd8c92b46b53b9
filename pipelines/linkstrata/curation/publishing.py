"""Shows edits in the published database: at once where they change tags and notes, else by running the models again.

An edit that is shown at once goes into a copy of the published file, which then replaces it; the build database is left
alone, for it may be ahead of what is published. Which edits the file shows already it says itself, so only the newer
ones are gone through, and of tags only the people whose tags they change. What comes of an edit is said by the same SQL
as in a build: what that reads beside `curation` stands in the published file already, under other names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from duckdb import BinderException, CatalogException, DuckDBPyConnection

from linkstrata.curation.carrying import TOUCHED, Mark, carry_edits
from linkstrata.lock import home_lock
from linkstrata.progress import Progress, silent
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import open_scratch
from linkstrata.warehouse.models import MARTS, Model, ModelError, Project, last_project, run_model
from linkstrata.warehouse.publish import Publication
from linkstrata.warehouse.saved_segments import publish_saved_segments

SHOWN_AT_ONCE = frozenset({"tags", "taggings", "notes", "saved_filters", "occasions"})
"""The tables of the store whose edits need no run of all models."""

STAND_INS: Mapping[str, str] = MappingProxyType(
    {
        "identity.person_keys": f"select * from {MARTS}.main.person_keys",
        "segments.contacts": f"select * exclude (tags) from {MARTS}.main.contacts",
        "segments.contact_ranks": f"""
            select owner, person_id, columns('^rank_.*')
            from {MARTS}.main.contacts_grid semi join retagged using (owner, person_id)
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

# What contacts.sql says of tags, for those alone whose tags changed: to gather everybody's takes many times as long.
_CHANGED = f"""
    with carried as (
        select distinct owner, person_id, tag from {MARTS}.main.contact_tags
        semi join retagged using (owner, person_id, tag)
    ),
    told as (
        select owner, person_id, tag, false as is_carried from retagged
        union all
        select owner, person_id, tag, true from carried
    )
    select owner, person_id, list(tag) as tags, list(tag) filter (is_carried) as carried
    from told group by owner, person_id
"""
_TAGS = "list_sort(list_concat(list_filter(c.tags, lambda tag: not list_contains(h.tags, tag)), h.carried))"
_OF_CHANGED = f"from ({_CHANGED}) as h where h.owner = c.owner and h.person_id = c.person_id"
_TAGS_OF_FEW = (f"update {MARTS}.main.contacts as c set tags = {_TAGS} {_OF_CHANGED}",)
# DuckDB updates a list by writing its whole row again at the end of the table; where that would be many rows, only the
# column is written again. Its type can be set by an expression over columns, so what becomes of the tags stands in one
# for the time being.
_TAGS_OF_MANY = (
    f"alter table {MARTS}.main.contacts add column tags_anew varchar",
    f"update {MARTS}.main.contacts as c set tags_anew = to_json({_TAGS}) {_OF_CHANGED}",
    f"alter table {MARTS}.main.contacts alter column tags set data type varchar[] "
    "using (case when tags_anew is null then tags else from_json(tags_anew, '[\"varchar\"]') end)",
    f"alter table {MARTS}.main.contacts drop column tags_anew",
)
FEW = 0.1
"""The share of contacts up to whom changed tags are updated row by row."""


def publish_edits(settings: Settings, progress: Progress = silent) -> None:
    """Brings tags and notes in the published database up to what the store says, by the models of the last build.

    Where these do not fit the published file, or other edits wait besides, everything is built instead. `progress` is
    told whom it waits for. Raises connection.NotPublished, publish.PublishError; whatever fails leaves the published
    file as it was.
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


def models_shown_at_once(project: Project, tables: Collection[str] = SHOWN_AT_ONCE) -> Iterator[Model]:
    """The models that read these tables of the store, themselves or through others, in running order."""
    reached = {f"curation.{table}" for table in tables}
    for model in project.models:
        if reached.intersection(model.reads):
            reached.add(model.name)
            yield model


def _amend(settings: Settings, project: Project) -> bool:
    """Replaces the published file by a copy with the edits; False where only a build can show them."""
    with open_scratch() as connection:
        publication = Publication(connection, settings.published_database)
        # The file is copied while it is found out what was typed, which takes about as long.
        with publication.amended() as attach_copy:
            try:
                edits = carry_edits(connection, settings.curation_database, _newest_shown(connection, settings))
                if edits is None or not edits.tables <= SHOWN_AT_ONCE:
                    return False
                if not edits.tables:
                    return True
                attach_copy()
                _stand_in(connection)
                for model in models_shown_at_once(project, edits.tables):
                    _run(connection, model)
                publish_saved_segments(connection, project, settings.today, MARTS)
                connection.execute(f"update {MARTS}.main.build_info set newest_edit = ?, edited_at = ?", edits.newest)
                publication.finish(project)
                return True
            except (ModelError, CatalogException, BinderException):  # made by models other than these
                return False


def _newest_shown(connection: DuckDBPyConnection, settings: Settings) -> Mark | None:
    """The newest edit that the published file shows; None if it shows none."""
    connection.execute("attach ? as shown (read_only)", [str(settings.published_database)])
    try:
        ((number, made_at),) = connection.execute("select newest_edit, edited_at from shown.main.build_info").fetchall()
    finally:
        connection.execute("detach shown")
    return (number, made_at) if number is not None else None


def _stand_in(connection: DuckDBPyConnection) -> None:
    connection.execute(
        f"create table retagged as select distinct t.owner, k.person_id, t.tag from {TOUCHED} as t "
        f"join {MARTS}.main.person_keys as k using (person_key)"
    )
    for name, query in STAND_INS.items():
        connection.execute(f"create schema if not exists {name.partition('.')[0]}")
        connection.execute(f"create view {name} as {query}")


def _run(connection: DuckDBPyConnection, model: Model) -> None:
    """Brings one published table up to the edits; those of contacts change only for whom tags changed. Raises
    ModelError."""
    table = f"{MARTS}.main.{model.table}"
    match model.name:
        case "marts.contact_tags":
            connection.execute(
                f"create table taggings_anew as select * from (\n{model.sql}\n) "
                "semi join retagged using (owner, person_id, tag) where kind = 'manual'"
            )
            connection.execute(
                f"delete from {table} as t using retagged as r "
                "where t.owner = r.owner and t.person_id = r.person_id and t.tag = r.tag and t.kind = 'manual'"
            )
            connection.execute(f"insert into {table} by name from taggings_anew")
        case "marts.contacts":
            ((are_few,),) = connection.execute(
                "select (select count(*) from (select distinct owner, person_id from retagged)) "
                f"<= ? * (select count(*) from {table})",
                [FEW],
            ).fetchall()
            for statement in _TAGS_OF_FEW if are_few else _TAGS_OF_MANY:
                connection.execute(statement)
        case "marts.contacts_grid":
            # the ranks that stand in are of those alone whose tags changed
            connection.execute(
                f"update {table} as g set search = a.search, tag_text = a.tag_text "
                f"from (\n{model.sql}\n) as a where a.owner = g.owner and a.person_id = g.person_id"
            )
        case _:
            run_model(connection, model)
