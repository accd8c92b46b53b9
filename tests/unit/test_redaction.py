"""Where in running text a forgotten name begins and ends."""

from __future__ import annotations

import pytest

from linkstrata.forgetting.redaction import Redactor
from linkstrata.forgetting.register import Person, Register


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ask Zora Quibble, or ZORA QUIBBLE's team.", "Ask LinkedIn Member, or LinkedIn Member's team."),
        ("list of Zora Quibble.csv", "list of LinkedIn Member.csv"),
        ("I met Zora Quibble.Then she left", "I met LinkedIn Member.Then she left"),
        ("Zora Quibble… and more", "LinkedIn Member… and more"),
        ("Content_2025-01-01_Zora Quibble_2.xlsx", "Content_2025-01-01_LinkedIn Member_2.xlsx"),
        ("Zora Quibbler, Zora Q. Quibble, Quibble", "Zora Quibbler, Zora Q. Quibble, Quibble"),
    ],
)
def test_a_name_is_masked_to_its_last_letter_and_no_further(text: str, left: str) -> None:
    register = Register(b"secret")
    register.add_person(Person(frozenset({"slug:zora-q"}), frozenset(), frozenset({"zora quibble"})))
    assert Redactor(register).text(text) == left
