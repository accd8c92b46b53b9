"""A few lives of two members who know the same people, their exports given in any order, against the truth.

`tests/benchmarks/lives.py` does the same with fifty.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

from lives import differences_of_life

pytestmark = pytest.mark.long


@pytest.mark.parametrize("seed", [0])
def test_any_order_of_exports_publishes_the_truth_of_two_members(seed: int) -> None:
    found = differences_of_life(seed, connections=20, exports=8)
    assert {table: rows[:5] for table, rows in found.items() if rows} == {}
