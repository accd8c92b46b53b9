"""Who may be one person is listed for a look, and nobody is merged for it; what a person decided is not asked again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from small_home import Connection, address, empty_home

from linkstrata.curation.corrections import merge


def test_namesakes_are_listed_until_somebody_decides(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    # two connections of one name are two accounts; who follows under that name may be either, so nobody is guessed
    home.connections(date(2026, 1, 5), [Connection("Ada Berg", "ada-berg"), Connection("Ada Berg", "ada-berg-2")])
    home.followers(date(2026, 1, 6), [(address("ACoAAB1234567"), "Ada Berg", ""), (address("bo-chen"), "Bo Chen", "")])
    listed = "select profile_url, other_profile_url, reason, score from identity_review order by 1"
    id_only = address("ACoAAB1234567")
    reason = "the same name, and one without a profile address"
    assert home.rows(listed) == [
        (address("ada-berg"), id_only, reason, 55),
        (address("ada-berg-2"), id_only, reason, 55),
    ]
    assert home.rows("select count(*) from contacts where full_name = 'Ada Berg'") == [(3,)]
    merge(home.settings, address("ada-berg"), id_only)
    assert home.rows(listed) == []
    assert home.rows("select count(*) from contacts where full_name = 'Ada Berg'") == [(2,)]
