"""Every row of the history names the file that taught it, and a company typed another way is no change of job."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from small_home import CONNECTIONS, Connection, SmallHome, address, empty_home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """Ada leaves and Bo changes jobs, in that order; Cyd follows, as two lists say that name nobody else."""
    home = empty_home(tmp_path_factory.mktemp("history"))
    ada, bo = Connection("Ada Berg", "ada-berg"), Connection("Bo Chen", "bo-chen", "Acme, Inc.")
    home.connections(date(2026, 1, 5), [ada, bo])
    home.followers(date(2026, 2, 6), [(address("cyd-dahl"), "Cyd Dahl", "")])
    home.connections(date(2026, 3, 7), [Connection("Bo Chen", "bo-chen", "ACME  incorporated")])
    home.connections(date(2026, 4, 8), [Connection("Bo Chen", "bo-chen", "Borealis")])
    return home


def test_a_period_names_the_exports_that_begin_and_end_it(home: SmallHome) -> None:
    assert home.rows(
        """
        select h.full_name, h.company, f.exported_on, u.exported_on
        from contact_history as h
        join archives as f on f.archive_id = h.archive_id
        left join archives as u on u.archive_id = h.until_archive_id
        order by h.full_name, h.valid_from
        """
    ) == [
        ("Ada Berg", "Acme", date(2026, 1, 5), date(2026, 3, 7)),
        ("Bo Chen", "Acme, Inc.", date(2026, 1, 5), date(2026, 3, 7)),
        ("Bo Chen", "ACME  incorporated", date(2026, 3, 7), date(2026, 4, 8)),
        ("Bo Chen", "Borealis", date(2026, 4, 8), None),
    ]


def test_a_segment_names_the_file_that_shows_it(home: SmallHome) -> None:
    assert home.rows(
        """
        select c.full_name, s.segment, s.valid_from, a.source, a.exported_on
        from segment_history as s
        join contacts as c on c.owner = s.owner and c.person_id = s.person_id
        left join archives as a on a.archive_id = s.archive_id
        order by c.full_name, s.valid_from
        """
    ) == [
        ("Ada Berg", "connection_and_follower", date(2024, 3, 5), "linkedin_archive", date(2026, 1, 5)),
        ("Ada Berg", "former_connection", date(2026, 3, 7), "linkedin_archive", date(2026, 3, 7)),
        ("Bo Chen", "connection_and_follower", date(2024, 3, 5), "linkedin_archive", date(2026, 1, 5)),
        ("Cyd Dahl", "follower_only", date(2026, 2, 6), "follower_list", date(2026, 2, 6)),
    ]


def test_another_spelling_of_the_company_is_no_change_of_job(home: SmallHome) -> None:
    assert home.rows("select old_value, new_value from contact_events where event = 'company_changed'") == [
        ("ACME  incorporated", "Borealis")
    ]
    assert home.rows("select company, company_key, company_name from roles order by company") == [
        ("Acme", "acme", "Acme"),
        ("Borealis", "borealis", "Borealis"),
        (None, None, None),
    ]


def test_a_complete_list_that_may_name_somebody_contradicts_nobody(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    namesake = Connection("Ada Berg", "ada-berg-2", connected_on="06 Apr 2025")
    home.connections(date(2026, 1, 5), [Connection("Ada Berg", "ada-berg"), namesake, Connection("Bo Chen", "bo-chen")])
    home.followers(
        date(2026, 1, 6), [(address("ada-berg"), "Ada Berg", ""), (address("bo-chen"), "Bo Chen", "")], complete=True
    )
    home.followers(date(2026, 2, 6), [(address("ACoAAB1234567"), "Ada Berg", "")], complete=True)
    followers = [
        (address("ACoAAB1234567"), "yes"),
        (address("ada-berg"), "yes"),
        (address("ada-berg-2"), "assumed"),
        (address("bo-chen"), "no"),
    ]
    assert home.rows("select profile_url, follows_me from contacts order by 1") == followers
    assert home.rows("select profile_url, follows_me from contacts_as_of(date '2026-02-06') order by 1") == followers
    assert home.rows("select happened_by from contact_events where event = 'unfollowed_me'") == [(date(2026, 2, 6),)]


def test_who_only_the_earlier_of_two_exports_of_a_day_lists_came_and_left(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    day = date(2026, 1, 5)
    ada, bo = Connection("Ada Berg", "ada-berg"), Connection("Bo Chen", "bo-chen", connected_on="06 Apr 2025")
    home.archive(day, {"Connections.csv": [CONNECTIONS, ada.cells, bo.cells]}, written_at=datetime(2026, 1, 5, 8))
    home.archive(day, {"Connections.csv": [CONNECTIONS, ada.cells]}, written_at=datetime(2026, 1, 5, 9))
    segments = [("Ada Berg", "connection_and_follower"), ("Bo Chen", "former_connection")]
    assert home.rows("select full_name, segment from contacts order by 1") == segments
    assert home.rows("select full_name, segment from contacts_as_of(date '2026-01-05') order by 1") == segments
    assert home.rows(
        """
        select e.event, e.happened_after, e.happened_by
        from contact_events as e
        join contacts as c on c.owner = e.owner and c.person_id = e.person_id
        where c.full_name = 'Bo Chen'
        order by e.happened_by, e.event
        """
    ) == [("connected", date(2025, 4, 6), date(2025, 4, 6)), ("disconnected", day, day)]


def test_nobody_came_back_before_they_were_gone(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    ada, bo = Connection("Ada Berg", "ada-berg"), Connection("Bo Chen", "bo-chen")
    home.connections(date(2026, 1, 5), [ada, bo])
    # the day of connecting put right is no return
    home.connections(date(2026, 2, 5), [ada, Connection("Bo Chen", "bo-chen", connected_on="06 Mar 2024")])
    home.connections(date(2026, 3, 5), [ada])
    home.connections(date(2026, 4, 5), [ada, bo])  # nor is a day from before the absence the day of one
    assert home.rows(
        """
        select e.event, e.happened_after, e.happened_by
        from contact_events as e
        join contacts as c on c.owner = e.owner and c.person_id = e.person_id
        where c.full_name = 'Bo Chen'
        order by e.happened_by
        """
    ) == [
        ("connected", date(2024, 3, 5), date(2024, 3, 5)),
        ("disconnected", date(2026, 2, 5), date(2026, 3, 5)),
        ("reconnected", date(2026, 3, 5), date(2026, 4, 5)),
    ]
