"""What is published: every table and macro with its columns and their meaning, as the file itself says it.

The words are those of the SQL files' headers, which publishing puts into the file as comments.
"""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from linkstrata.settings import Settings
from linkstrata.warehouse.connection import PUBLISHED, read_published

WIDTH = 110


class UnknownTable(Exception):
    """No published table is called so: one line that says which one may be meant."""


def published_schema(settings: Settings, table: str | None = None) -> list[dict[str, Any]]:
    """Each table or table macro as {table, kind, meaning, rows, columns: [{column, type, meaning}]}, or one of them.

    Macros come last and have parameters in place of rows. Raises UnknownTable and connection.NotPublished.
    """
    with read_published(settings.published_database) as reader:
        tables = reader.execute(
            "select table_name, comment, estimated_size from duckdb_tables() "
            "where database_name = ? and schema_name = 'main' order by table_name",
            [PUBLISHED],
        ).fetchall()
        columns: dict[str, list[dict[str, Any]]] = {name: [] for name, *_ in tables}
        for name, column, kind, meaning in reader.execute(
            "select table_name, column_name, data_type, comment from duckdb_columns() "
            "where database_name = ? and schema_name = 'main' order by table_name, column_index",
            [PUBLISHED],
        ).fetchall():
            columns[name].append({"column": column, "type": kind, "meaning": meaning})
        macros = reader.execute(
            "select function_name, comment, parameters from duckdb_functions() "
            "where database_name = ? and function_type = 'table_macro' and not internal order by function_name",
            [PUBLISHED],
        ).fetchall()
        found: list[dict[str, Any]] = [
            {"table": name, "kind": "table", "meaning": meaning, "rows": rows, "columns": columns[name]}
            for name, meaning, rows in tables
        ]
        for name, meaning, parameters in macros:
            values = ", ".join(f"{each} := null" for each in parameters)
            given = reader.execute(f'describe from main."{name}"({values})').fetchall()
            found.append(
                {
                    "table": name,
                    "kind": "macro",
                    "meaning": meaning,
                    "parameters": parameters,
                    "columns": [{"column": row[0], "type": row[1], "meaning": None} for row in given],
                }
            )
    if table is None:
        return found
    chosen = [each for each in found if each["table"] == table.strip().lower().removeprefix("main.")]
    if not chosen:
        near = difflib.get_close_matches(table, [each["table"] for each in found], n=1)
        hint = f"did you mean {near[0]}?" if near else "linkstrata schema lists them"
        raise UnknownTable(f"{table}: no published table of that name; {hint}")
    return chosen


def in_words(described: Sequence[dict[str, Any]], columns: bool) -> Iterator[str]:
    """The schema as lines for a terminal, with the columns of each table or without."""
    width = max(len(_called(each)) for each in described)
    for each in described:
        if not columns:
            first, *_ = str(each["meaning"] or "").split("\n")
            yield from _hanging(f"{_called(each):<{width}}  ", first)
            continue
        yield f"{_called(each)}: {each['rows']:,} rows" if "rows" in each else _called(each)
        yield from textwrap.wrap(" ".join(str(each["meaning"] or "").split()), WIDTH)
        yield ""
        name, kind = (max(len(column[part]) for column in each["columns"]) for part in ("column", "type"))
        for column in each["columns"]:
            yield from _hanging(f"{column['column']:<{name}}  {column['type']:<{kind}}  ", column["meaning"] or "")


def _called(each: dict[str, Any]) -> str:
    return f"{each['table']}({', '.join(each['parameters'])})" if each["kind"] == "macro" else str(each["table"])


def _hanging(before: str, text: str) -> list[str]:
    lines = textwrap.wrap(text, max(WIDTH - len(before), 30), break_on_hyphens=False) or [""]
    return [((" " * len(before) if place else before) + line).rstrip() for place, line in enumerate(lines)]
