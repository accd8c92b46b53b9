"""Whose contacts a command is for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from linkstrata.curation import people
from linkstrata.curation.file import CurationError
from linkstrata.settings import Settings


@pytest.mark.parametrize(
    ("known", "given", "said"),
    [
        ([], None, "nobody's exports are here yet"),
        ([], "ada", "nobody's exports are here yet"),
        (["ada", "bo"], None, "several owners: say which with --owner; there are ada, bo"),
        (["ada"], "bo", "--owner bo: nobody's exports by that name; there is ada"),
    ],
)
def test_an_owner_who_cannot_be_told_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, known: list[str], given: str | None, said: str
) -> None:
    monkeypatch.setattr(people, "owners", lambda settings: known)
    with pytest.raises(CurationError, match=f"^{said}"):
        people.one_owner(Settings(Path(), Path(), date(2026, 12, 1)), given)
