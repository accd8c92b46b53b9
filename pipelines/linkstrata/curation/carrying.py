"""Carries what a person typed into a DuckDB connection, as the tables of schema `curation` that models read: all of it
for a build, or only what was edited since the published file was made.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from duckdb import DuckDBPyConnection

from linkstrata.curation.file import open_curation
from linkstrata.curation.tables import CARRIED, STATE

TOUCHED = "curation.touched"
"""Who got or lost which tag in the edits that `carry_edits` carries: tag, owner, person_key."""

Mark = tuple[int, datetime]
"""An edit's number in the log and its time."""

_QUERIES: Mapping[str, str] = MappingProxyType(
    {
        **{table: f"select {', '.join(columns)} from {table}" for table, columns in STATE.items()},
        "tags": """
            select tag, colour, description from tags
            union all
            select distinct tag, null, null from taggings where tag not in (select tag from tags)
        """,
    }
)
"""What each carried table takes from the store."""

_CHANGED_TABLES = """
    select distinct unnest(list_concat(json_keys(payload, '$.removed'), json_keys(payload, '$.added'))) from log
"""
_TOUCHED = f"""
    create or replace table {TOUCHED} as
    with edit as (
        select from_json(
            payload, '{{"removed": {{"taggings": [["varchar"]]}}, "added": {{"taggings": [["varchar"]]}}}}'
        ) as said
        from log
    ),
    tagging as (select unnest(list_concat(said.removed.taggings, said.added.taggings)) as fields from edit)
    select distinct fields[1] as tag, fields[2] as owner, fields[3] as person_key from tagging
"""
_ALIKE = """
    select tag, owner, tagged_at, json_group_array(person_key)
    from taggings where tag in (select value from json_each(?))
    group by tag, owner, tagged_at
"""


@dataclass(frozen=True)
class Carried:
    """What was carried: {table: rows}, and the newest edit in it, if there ever was one."""

    rows: Mapping[str, int]
    newest: Mark | None


@dataclass(frozen=True)
class Edits:
    """Edits that were carried: which tables of the store they changed, none where there were none, and the newest."""

    tables: frozenset[str]
    newest: Mark | None


def carry(connection: DuckDBPyConnection, path: Path) -> Carried:
    """Makes every table of schema `curation` anew from the store at `path`.

    Where nothing was ever typed there is no store, and the tables are empty.
    """
    newest = None
    rows = dict.fromkeys(CARRIED, 0)
    connection.begin()
    _declare(connection)
    with _at_one_moment(path) as store:
        if store:
            rows = {table: _fill(connection, table, store, query) for table, query in _QUERIES.items()}
            newest = _newest(store)
    connection.commit()
    return Carried({f"curation.{table}": count for table, count in rows.items()}, newest)


def carry_edits(connection: DuckDBPyConnection, path: Path, shown: Mark | None) -> Edits | None:
    """Makes the tables anew that were edited after the edit `shown`, or ever where it is None; others stay empty, but
    for saved filters, which are asked again after any edit.

    Of taggings there are those with a tag that somebody got or lost, and TOUCHED says who. Gives None for a store whose
    log does not go on from `shown`: then nobody knows what differs.
    """
    with _at_one_moment(path) as store:
        if store is None:
            return Edits(frozenset(), None) if shown is None else None
        edits = _log_since(store, shown)
        if not edits:
            return None if edits is None else Edits(frozenset(), shown)
        _declare(connection)
        # Edits go over as they are written in the log; taking them apart is faster there than here.
        connection.execute("create or replace temp table log as select unnest(?::varchar[]) as payload", [edits])
        tables = frozenset(table for (table,) in connection.execute(_CHANGED_TABLES).fetchall())
        connection.execute(_TOUCHED)
        # Occasions are made of notes as well, so these bring along what was decided on them.
        brought = {"taggings": "tags", "notes": "occasions"}
        needed = tables | {brought[table] for table in tables & brought.keys()} | {"saved_filters"}
        for table in needed - {"taggings"}:
            _fill(connection, table, store, _QUERIES[table])
        tags = [tag for (tag,) in connection.execute(f"select distinct tag from {TOUCHED}").fetchall()]
        _fill_taggings(connection, store, tags)
        return Edits(tables, _newest(store))


@contextmanager
def _at_one_moment(path: Path) -> Iterator[sqlite3.Connection | None]:
    """The store, which stays as it is while it is read; None where nothing was ever typed."""
    if not path.exists():
        yield None
        return
    with closing(open_curation(path)) as store:
        store.execute("begin")
        yield store


def _newest(store: sqlite3.Connection) -> Mark | None:
    edit = store.execute("select edit_id, at from edits order by edit_id desc limit 1").fetchone()
    return (edit[0], datetime.fromisoformat(edit[1])) if edit else None


def _log_since(store: sqlite3.Connection, shown: Mark | None) -> list[str] | None:
    """What the edits after one did, as the log has it; None where that one is not in the log."""
    number, made_at = shown or (0, None)
    if shown:
        found = store.execute("select at from edits where edit_id = ?", [number]).fetchone()
        if found is None or datetime.fromisoformat(found[0]) != made_at:
            return None
    edits = store.execute("select payload from edits where edit_id > ? order by edit_id", [number])
    return [payload for (payload,) in edits]


def _declare(connection: DuckDBPyConnection) -> None:
    connection.execute("create schema if not exists curation")
    for table, columns in CARRIED.items():
        declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        connection.execute(f"create or replace table curation.{table} ({declared})")


def _fill(connection: DuckDBPyConnection, table: str, store: sqlite3.Connection, query: str, *values: str) -> int:
    """Puts into a carried table what a query gives on the store, and gives the number of rows.

    Each column goes over as one JSON text, which both engines write and read many times as fast as rows of Python's.
    """
    columns = [column for column in CARRIED[table] if column != "match_name"]
    gathered = ", ".join(f"json_group_array({column})" for column in columns)
    query = f"with said({', '.join(columns)}) as ({query}) select count(*), {gathered} from said"
    count, *texts = store.execute(query, values).fetchone()
    if count and "match_name" in CARRIED[table]:
        texts.append(_match_names(texts[columns.index("full_name")]))
    lists = ", ".join(f"unnest(from_json(?, '[\"varchar\"]'))::{kind}" for kind in CARRIED[table].values())
    if count:
        connection.execute(f"insert into curation.{table} select {lists}", texts)
    return int(count)


def _fill_taggings(connection: DuckDBPyConnection, store: sqlite3.Connection, tags: Sequence[str]) -> None:
    """Puts the taggings with some tags into the carried table. One edit mostly tags many people alike: what they have
    in common goes over once."""
    alike = store.execute(_ALIKE, [json.dumps(tags, ensure_ascii=False)]).fetchall()
    common = [list(column) for column in zip(*alike, strict=True)] or [[]] * 4
    connection.execute(
        """
        insert into curation.taggings
        with said as (
            select unnest($tags::varchar[]) as tag, unnest($owners::varchar[]) as owner,
                unnest($days::varchar[]) as tagged_at, unnest($keys::varchar[]) as keys
        )
        select tag, owner, unnest(from_json(keys, '["varchar"]')), cast(tagged_at as date) from said
        """,
        dict(zip(("tags", "owners", "days", "keys"), common, strict=True)),
    )


def _match_names(names: str) -> str:
    """The names in a JSON list as they are compared, as another one."""
    import polars as pl

    from linkstrata.exports.names import matching_names

    compared = matching_names(pl.Series(json.loads(names), dtype=pl.String))
    return json.dumps(compared.to_list(), ensure_ascii=False)
