"""Every question of the cookbook is answered on the sample, where there is something to answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linkstrata.warehouse.connection import locked_down, read_published

COOKBOOK = (Path(__file__).parents[2] / "docs" / "cookbook.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"^### (.+?)\n\n```sql\n(.+?)```", COOKBOOK, re.MULTILINE | re.DOTALL)


def test_there_are_enough_and_each_question_has_its_sql() -> None:
    assert len(RECIPES) >= 25
    assert len(RECIPES) == COOKBOOK.count("\n### ") == COOKBOOK.count("```sql")


@pytest.mark.parametrize(("question", "query"), RECIPES, ids=[question for question, _ in RECIPES])
def test_a_question_is_answered(sample_home: Path, question: str, query: str) -> None:
    with locked_down(sample_home / "warehouse" / "linkstrata.duckdb") as room:
        assert room.query(query).fetchall(), question


def test_the_answers_are_those_of_the_tables(sample_home: Path) -> None:
    recipes = dict(RECIPES)
    with read_published(sample_home / "warehouse" / "linkstrata.duckdb") as reader:

        def answer(question: str) -> list[tuple[object, ...]]:
            return reader.execute(recipes[question]).fetchall()

        ((only,),) = reader.execute("select count(*) from contacts where segment = 'connection_only'").fetchall()
        assert len(answer("Which connections do not follow me?")) == only
        ((unwritten,),) = reader.execute(
            "select count(*) from contacts as c join contact_tags as t using (owner, person_id) "
            "where t.tag = 'founder' and is_connection and not exists (select 1 from messages as m "
            "where m.owner = c.owner and m.person_id = c.person_id and m.direction = 'sent')"
        ).fetchall()
        assert len(answer("Founders I have never written to")) == unwritten
        waiting = {name for name, *_ in answer("Who wrote to me and got no answer?")}
        last = reader.execute(
            "select full_name, arg_max(direction, sent_at) from messages join contacts using (owner, person_id) "
            "group by person_id, full_name having max(sent_at) filter (direction = 'received') "
            "is distinct from max(sent_at) filter (direction = 'sent')"
        ).fetchall()
        assert {name for name, direction in last if direction == "received"} <= waiting
