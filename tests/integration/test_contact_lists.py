"""A CRM's export brings people, tags and notes in; what a person typed stands beside it, and a repeat adds nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from small_home import SmallHome, empty_home

from linkstrata.curation.people import people_at
from linkstrata.curation.publishing import publish_edits
from linkstrata.curation.store import Store
from linkstrata.warehouse.pipeline import ingest
from linkstrata.warehouse.receipts import Options

LIST = """First Name,Last Name,Email,LinkedIn URL,Company,Job Title,Tags,Notes
Ada,Berg,ada@example.org,https://www.linkedin.com/in/ada-berg,Acme,CTO,"vip, investor","Met in Lisbon, likes tea"
Bo,Chen,bo@example.org,,Globex,Owner,warm;vip,
"""
ADA = "https://www.linkedin.com/in/ada-berg"


def add_list(home: SmallHome, day: date, text: str) -> None:
    path = home.settings.home.parent / f"crm {day}.csv"
    path.write_text(text, encoding="utf-8")
    outcome = ingest(home.settings, (path,), Options(owner=home.owner))
    assert {file.status for file in outcome.files} == {"loaded"}, outcome.files


def manual_tags(home: SmallHome) -> set[tuple[object, ...]]:
    return set(
        home.rows(
            "select full_name, tag, tagged_at, reason from contact_tags join contacts using (owner, person_id) "
            "where kind = 'manual'"
        )
    )


def test_tags_and_notes_come_along_and_stand_beside_typed_ones(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    add_list(home, date(2026, 10, 1), LIST)
    assert home.rows("select full_name, profile_url, email, segment from contacts order by 1") == [
        ("Ada Berg", ADA, "ada@example.org", "other_contact"),
        ("Bo Chen", None, "bo@example.org", "other_contact"),
    ]
    first = date(2026, 10, 1)
    listed = {
        ("Ada Berg", "vip", first, "contact list"),
        ("Ada Berg", "investor", first, "contact list"),
        ("Bo Chen", "warm", first, "contact list"),
        ("Bo Chen", "vip", first, "contact list"),
    }
    assert manual_tags(home) == listed
    assert home.rows("select note, from_list from notes") == [("Met in Lisbon, likes tea", True)]

    ada = people_at(home.settings, [ADA])
    with Store(home.settings.curation_database) as store:
        store.tag("vip", ada, date(2026, 11, 1))
        store.tag("mentor", ada, date(2026, 11, 1))
        store.add_note(ada, "Typed")
    publish_edits(home.settings)
    assert manual_tags(home) == {*listed, ("Ada Berg", "mentor", date(2026, 11, 1), None)}
    assert home.rows("select note, from_list from notes order by 1") == [
        ("Met in Lisbon, likes tea", True),
        ("Typed", False),
    ]
    with Store(home.settings.curation_database) as store:
        store.untag("vip", ada)
    publish_edits(home.settings)
    assert ("Ada Berg", "vip", first, "contact list") in manual_tags(home)

    add_list(home, date(2026, 11, 2), LIST + 'Cy,Dahl,,https://www.linkedin.com/in/cy-dahl,,,"vip",\n')
    assert manual_tags(home) == {
        *listed,
        ("Ada Berg", "mentor", date(2026, 11, 1), None),
        ("Cy Dahl", "vip", date(2026, 11, 2), "contact list"),
    }
    assert home.rows("select members from tags where tag = 'vip' and kind = 'manual'") == [(3,)]

    retagged = LIST.replace('"vip, investor"', "investor") + 'Cy,Dahl,,https://www.linkedin.com/in/cy-dahl,,,"vip",\n'
    add_list(home, date(2026, 11, 3), retagged)
    assert {tag for name, tag, *_ in manual_tags(home) if name == "Ada Berg"} == {"investor", "mentor"}


def test_who_liked_and_commented_is_shown_by_post(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    post = "https://www.linkedin.com/feed/update/urn:li:activity:7123456789012345678"
    add_list(
        home,
        date(2026, 10, 1),
        "profileLink,fullName,postsUrl,hasLiked,hasCommented,comments,timestamp\n"
        f"{ADA},Ada Berg,{post},true,true,Well put,2026-10-01T10:00:00.000Z\n"
        f"https://www.linkedin.com/in/ACoAAEngaged01,Cy Dahl,{post},true,false,,2026-10-01T10:00:00.000Z\n",
    )
    query = """
        select c.full_name, e.full_name, e.post_url, e.has_liked, e.has_commented, e.comment, c.follows_me
        from post_engagements as e join contacts as c using (owner, person_id) order by 1
    """
    assert home.rows(query) == [
        ("Ada Berg", "Ada Berg", post, True, True, "Well put", "unknown"),
        ("Cy Dahl", "Cy Dahl", post, True, False, None, "unknown"),
    ]
