"""Carries what a person typed into a DuckDB connection, as the tables of schema `curation` that models read."""

from __future__ import annotations

import json
from pathlib import Path

from duckdb import DuckDBPyConnection

from linkstrata.curation.store import Value, read_state
from linkstrata.curation.tables import CARRIED


def carry(connection: DuckDBPyConnection, path: Path) -> dict[str, int]:
    """Makes every table of schema `curation` anew from the store at `path`, and gives {name: rows}.

    Where nothing was ever typed there is no store, and the tables are empty.
    """
    state = read_state(path)
    state["added_contacts"] = _with_match_names(state["added_contacts"])
    connection.begin()
    connection.execute("create schema if not exists curation")
    for table, columns in CARRIED.items():
        declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        connection.execute(f"create or replace table curation.{table} ({declared})")
        if rows := state[table]:
            # As JSON, which the engine takes apart ten times as fast as lists of Python's.
            lists = ", ".join(f"unnest(from_json(?, '[\"varchar\"]'))::{kind}" for kind in columns.values())
            values = [json.dumps(column, ensure_ascii=False) for column in zip(*rows, strict=True)]
            connection.execute(f"insert into curation.{table} select {lists}", values)
    connection.commit()
    return {f"curation.{table}": len(state[table]) for table in CARRIED}


def _with_match_names(added: list[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """Contacts added by hand, each with the name as it is compared."""
    if not added:
        return []
    import polars as pl

    from linkstrata.exports.names import matching_names

    names = matching_names(pl.Series([row[2] for row in added], dtype=pl.String))
    return [(*row, name) for row, name in zip(added, names, strict=True)]
