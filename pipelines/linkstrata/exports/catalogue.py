"""All tables that files can land in, and how a file's name or header leads to its table.

A table is declared once, in the module of its family. How a file is read is for `csv_files.py` and its neighbours;
nothing here opens one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from linkstrata.exports.account_tables import ACCOUNT_TABLES
from linkstrata.exports.activity_tables import ACTIVITY_TABLES
from linkstrata.exports.list_tables import LIST_TABLES
from linkstrata.exports.network_tables import NETWORK_TABLES
from linkstrata.exports.profile_tables import PROFILE_TABLES
from linkstrata.exports.tables import Column, Generation, Kind, Table, normalised, text
from linkstrata.exports.workbook_tables import WORKBOOK_TABLES

__all__ = [
    "TABLES",
    "Column",
    "Generation",
    "Kind",
    "Table",
    "normalised",
    "numbered",
    "table_of_file",
    "table_of_header",
]


def numbered(header: Iterable[str]) -> tuple[str, ...]:
    """Normalised headers, the second and later bearer of one name numbered: jobtitles, jobtitles2."""
    seen: dict[str, int] = {}
    result = []
    for name in header:
        key = normalised(name)
        seen[key] = seen.get(key, 0) + 1
        result.append(key if seen[key] == 1 or not key else f"{key}{seen[key]}")
    return tuple(result)


def table_of_file(base_name: str) -> Table | None:
    """The table a file lands in by its name: exact, else without the number of a shard, member id or download."""
    stem = re.sub(r"\.(csv|tsv|txt|xlsx|xls)$", "", base_name.strip(), flags=re.IGNORECASE)
    while True:
        if table := _BY_FILE.get(normalised(stem)):
            return table
        shorter = re.sub(r"(\s*\(\d+\)|_\d+|\s*-?\s*copy(\s*\d+)?)$", "", stem, flags=re.IGNORECASE)
        if shorter == stem:
            return None
        stem = shorter


def table_of_header(header: Iterable[str], base_name: str = "") -> Table | None:
    """The one table a header of three or more columns belongs to: all columns of one of its generations are there.

    Where several tables share the header, the one whose file name the base name begins with, else the first declared.
    """
    present = set(numbered(header))
    fitting = [(columns, table) for columns, table in _GENERATIONS if present.issuperset(columns)]
    if not fitting:
        return None
    most = max(len(columns) for columns, _ in fitting)
    tables = [table for columns, table in fitting if len(columns) == most]
    named = [t for t in tables if any(normalised(base_name).startswith(normalised(file)) for file in t.files)]
    return (named or tables)[0]


_UNRECOGNISED = Table(
    "unrecognised_rows",
    (),
    Kind.SNAPSHOT,
    (text("path", (), "the file nobody knew"), text("row", (), "its row as a JSON object")),
    "Rows of files that linkstrata does not know, kept as they are.",
)

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        *NETWORK_TABLES,
        *ACTIVITY_TABLES,
        *PROFILE_TABLES,
        *ACCOUNT_TABLES,
        *WORKBOOK_TABLES,
        *LIST_TABLES,
        _UNRECOGNISED,
    )
}
"""Every raw table by name."""

_BY_FILE = {normalised(file): table for table in TABLES.values() for file in table.files}

_GENERATIONS = [
    (numbered(generation.header), table)
    for table in TABLES.values()
    for generation in table.generations
    if table.files and len(generation.header) >= 3
]
