"""Writes `docs/files.md`: every file that is read, its generations, its columns and the table its rows land in.

    python -m linkstrata.exports.documentation docs/files.md

All of it comes out of the catalogue; a test fails when the file is not what this writes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from linkstrata.exports.account_tables import ACCOUNT_TABLES
from linkstrata.exports.activity_tables import ACTIVITY_TABLES
from linkstrata.exports.catalogue import TABLES
from linkstrata.exports.list_columns import HEADINGS
from linkstrata.exports.list_tables import LIST_TABLES
from linkstrata.exports.network_tables import NETWORK_TABLES
from linkstrata.exports.portability import DOMAINS
from linkstrata.exports.profile_tables import PROFILE_TABLES
from linkstrata.exports.tables import Column, Table
from linkstrata.exports.workbook_tables import WORKBOOK_TABLES

_TOP = """# Every file, and where it lands

*Written by `make docs` out of the catalogue in `pipelines/linkstrata/exports/`; change that, not this page.*

A file of the archive is known by its name, whatever its capitals, and whatever number stands behind it: `_1`, a
member's number, ` (1)`. Under another name it is known by its header. Columns are known by their headings, in any
order; capitals, spaces and signs do not matter. A column nobody knew is kept in `extra`, a JSON object, and reported;
so are the rows of a file nobody knew, in `raw.unrecognised_rows`.

How sure a header is: **R** seen in real files, **P** told by other programs that read it, **D** documented by
LinkedIn. Types: `date` and `timestamp` (UTC) are read in every way of writing that LinkedIn, Excel and tools have;
`profile_url` is the address of a person, as it stands.
"""

_CHAPTERS: tuple[tuple[str, str, Sequence[Table]], ...] = (
    ("The archive: people", "CSV files of the Basic and the Complete archive.", NETWORK_TABLES),
    ("The archive: what the member did", "Mostly in the Complete archive alone.", ACTIVITY_TABLES),
    ("The archive: the member's profile", "CSV files of both archives.", PROFILE_TABLES),
    ("The archive: account, jobs, money, advertising", "CSV files of both archives.", ACCOUNT_TABLES),
    (
        "Workbooks",
        "Analytics of a member, of one post and of a company page, as `.xlsx`, `.xls` or one CSV file for each sheet. "
        "They are known by the shape of their sheets, in any language; columns without headings are found by position.",
        WORKBOOK_TABLES,
    ),
    (
        "Lists of people",
        "CSV, Excel, JSON or a saved page (`.html`, `.mhtml`), from tools, scripts, a CRM or the browser; known by the "
        "headings below, or by `--map COLUMN=FIELD`.",
        LIST_TABLES,
    ),
    ("Everything else", "Kept as it is.", (TABLES["unrecognised_rows"],)),
)


def documentation() -> str:
    """The whole page, as Markdown."""
    parts = [_TOP, *(part for title, about, tables in _CHAPTERS for part in _chapter(title, about, tables))]
    return "\n".join([*parts, _headings(), _domains()])


def _chapter(title: str, about: str, tables: Iterable[Table]) -> Iterator[str]:
    yield f"## {title}\n\n{about}\n"
    for table in tables:
        yield f"### {table.name}\n\n{table.description}\n"
        files = ", ".join(f"`{file}.csv`" for file in table.files)
        yield f"{f'From {files}. ' if files else ''}Lands in `raw.{table.name}`: {table.kind.value}.\n"
        if table.generations:
            rows = ((g.label, g.era, g.evidence, _code(",".join(g.header))) for g in table.generations)
            yield _table(("generation", "when", "sure", "header"), rows)
        yield _table(("column", "type", "headings", "meaning"), map(_column, table.columns))


def _column(column: Column) -> tuple[str, ...]:
    headings = ", ".join(map(_code, column.headers))
    return f"`{column.name}`", column.type, headings, column.description


def _headings() -> str:
    rows = ((f"`{field}`", ", ".join(map(_code, (field, *headings)))) for field, headings in HEADINGS.items())
    return (
        "## Headings of lists\n\nThe fields that `--map` knows, and the headings that are understood without it.\n\n"
        f"{_table(('field', 'headings'), rows)}"
    )


def _domains() -> str:
    rows = (
        (f"`{domain}`", ", ".join(f"`raw.{name}`" for name in tables) or "`raw.unrecognised_rows`")
        for domain, tables in DOMAINS.items()
    )
    return (
        "## Domains of the portability API\n\nSnapshots as JSON: pages as they were served, arrays of pages, rows by "
        "domain, one file for each domain. Rows have the headings of the archive's file. Where a domain has several "
        "tables, each row lands in the one that knows most of its keys; recommendations, which do not say who gave "
        f"them, land in `raw.unrecognised_rows`.\n\n{_table(('domain', 'lands in'), rows)}"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(documentation(), encoding="utf-8")
