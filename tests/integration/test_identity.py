"""Who is one person among two thousand with changed addresses, shared names and lists of bare ids, against the truth.

`tests/benchmarks/identity.py` does the same with a hundred thousand.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from small_home import Connection, address, empty_home

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

from identity import BY_KEYS, BY_NAME, OPEN, judge, lives_of


def test_nobody_is_merged_wrongly_and_whoever_can_be_proved_is_found(tmp_path: Path) -> None:
    score = judge(lives_of(1500, seed=3), tmp_path)
    assert score.wrong_merges == []
    assert score.found[BY_KEYS] == score.pairs[BY_KEYS] > 1500
    assert score.share(BY_NAME) > 0.99 and score.pairs[BY_NAME] > 1000
    assert score.pairs[OPEN] > 0
    # a name that the files show one bearer of, though there are two, is all that may mislead, and it seldom does
    assert len(score.misled) <= 3


def test_namesakes_who_connected_on_different_days_stay_two_people(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    home.connections(date(2022, 1, 5), [Connection("Ada Berg", "", connected_on="01 Feb 2020")])
    home.connections(date(2026, 1, 5), [Connection("Ada Berg", "ada-berg", connected_on="02 Mar 2025")])
    assert home.rows("select connected_on, segment from contacts order by 1") == [
        (date(2020, 2, 1), "former_connection"),
        (date(2025, 3, 2), "connection_and_follower"),
    ]


def test_one_day_of_connecting_ties_a_changed_name_to_the_years_without_addresses(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    home.connections(date(2022, 1, 5), [Connection("Ada Berg", "", connected_on="01 Feb 2020")])
    home.connections(date(2026, 1, 5), [Connection("Ada Holm", "ada-berg", connected_on="01 Feb 2020")])
    assert home.rows("select count(*) from contacts") == [
        (2,)
    ]  # another name under an address that is new proves nothing
    home.followers(date(2023, 1, 6), [(address("ada-berg"), "Ada Berg", "")])
    assert home.rows("select full_name, connected_on from contacts") == [("Ada Holm", date(2020, 2, 1))]
