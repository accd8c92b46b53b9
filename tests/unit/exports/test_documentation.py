"""The page on every file that is read, held against the catalogue."""

from __future__ import annotations

from pathlib import Path

from linkstrata.exports.catalogue import TABLES
from linkstrata.exports.documentation import documentation

PAGE = Path(__file__).parents[3] / "docs" / "files.md"


def test_the_page_is_what_the_catalogue_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == documentation(), "docs/files.md is stale: run make docs"


def test_every_table_column_and_header_is_on_the_page() -> None:
    page = documentation()
    for table in TABLES.values():
        section = page[page.index(f"\n### {table.name}\n") :].split("\n### ")[1]
        assert table.description in section
        assert all(f"| `{column.name}` | {column.type} |" in section for column in table.columns)
        assert all(f"`{','.join(generation.header)}`" in section for generation in table.generations)
