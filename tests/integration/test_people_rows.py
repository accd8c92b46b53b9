"""The rows behind the people grid: blocks are what plain SQL gives, in every order, for every question."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from linkstrata.dashboard.people_rows import NEWEST_FIRST, ORDERS, Query, block, count, write_csv
from linkstrata.dashboard.reading import Published, Reading

QUESTIONS: dict[str, tuple[Query, str]] = {
    "everybody": (Query(), "true"),
    "words": (Query(search="engineer works"), "contains(search, 'engineer') and contains(search, 'works')"),
    "a filter": (
        Query(filter=json.dumps({"all": [{"field": "tags", "operator": "none_of", "value": ["mutual", "founder"]}]})),
        "not contains(tag_text, '|mutual|') and not contains(tag_text, '|founder|')",
    ),
    "nobody": (Query(search="nobody is called so"), "false"),
}


@pytest.fixture
def reading(sample_home: Path) -> Any:
    with Published(sample_home / "warehouse" / "linkstrata.duckdb").reading() as reading:
        yield reading


@pytest.mark.parametrize("question", QUESTIONS)
def test_blocks_follow_one_another_in_every_order(reading: Reading, question: str) -> None:
    asked, predicate = QUESTIONS[question]
    for column, rank in ORDERS.items():
        for backwards in (False, True):
            direction = "desc" if backwards != (column in NEWEST_FIRST) else "asc"
            expected = [
                row["person_id"]
                for row in reading.rows(
                    f"select person_id from contacts_grid where {predicate} "
                    f"order by {rank} {direction} nulls last, rank_name"
                )
            ]
            query = Query(asked.search, asked.filter, f"-{column}" if backwards else column)
            assert count(reading, query) == len(expected)
            for start in {0, max(len(expected) - 30, 0), len(expected)}:
                shown = block(reading, query, start, start + 100)
                assert [row["person_id"] for row in shown] == expected[start : start + 100], (column, direction, start)


def test_a_csv_is_in_order_and_leaves_nothing_beside_it(reading: Reading, tmp_path: Path) -> None:
    query = Query(search="recruiter", sort="-company")
    path = write_csv(reading, query, ["full_name", "company"], tmp_path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row["company"] for row in csv.DictReader(file)]
    assert rows == [row["company"] or "" for row in block(reading, query, 0, len(rows) + 1)]
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_remembered_is_computed_once_and_a_failure_is_not_kept(reading: Reading) -> None:
    calls = []

    def answer() -> int:
        calls.append(None)
        if len(calls) == 1:
            raise ValueError("not yet")
        return 7

    with pytest.raises(ValueError, match="not yet"):
        reading.remembered("question", answer)
    assert [reading.remembered("question", answer) for _ in range(3)] == [7, 7, 7]
    assert len(calls) == 2
