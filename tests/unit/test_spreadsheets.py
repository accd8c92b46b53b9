"""Cells for spreadsheets: none is run as a formula, and every text comes back as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linkstrata.spreadsheets import FORMULA_STARTS, neutralised, restored

TEXTS = st.one_of(st.text(), st.text(alphabet="'=+-@\t\ra"))


@given(TEXTS)
def test_text_comes_back_as_it_was_and_is_no_formula(text: str) -> None:
    cell = neutralised(text)
    assert isinstance(cell, str)
    assert not cell.startswith(FORMULA_STARTS)
    assert restored(cell) == text


def test_numbers_and_plain_text_are_left_alone() -> None:
    for value in (-1, 2.5, None, "O'Neill", "'quoted'", "a=b"):
        assert neutralised(value) == value
