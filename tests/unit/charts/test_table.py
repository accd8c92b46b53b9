"""How the cells of a frame are written for readers."""

from __future__ import annotations

import re

import polars as pl

from linkstrata.charts.table import table


def cells(frame: pl.DataFrame) -> list[str]:
    return re.findall(r"<td[^>]*>(.*?)</td>", table(frame))


def test_parts_of_a_whole_are_per_cent_and_other_numbers_are_not() -> None:
    frame = pl.DataFrame(
        {"people": [1_200, None], "share": [0.00729, None], "engagement_rate": [0.86, 0.0218], "years": [1.234, 512.6]}
    )
    assert cells(frame) == ["1,200", "0.7%", "86%", "1.23", "–", "–", "2.2%", "513"]
    assert cells(pl.DataFrame({"share": ["< 1%"]})) == ["&lt; 1%"]


def test_a_long_text_is_not_broken_at_each_word() -> None:
    assert "min-width" in table(pl.DataFrame({"text": ["one two three four five six seven eight nine ten"]}))
    assert "min-width" not in table(pl.DataFrame({"text": ["one two"]}))
