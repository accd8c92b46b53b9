"""Relationships, companies and what the person panel says of both: what is decided there, seen on the page and in the
stores.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import icalendar
import pytest
from playwright.sync_api import Locator, Page, expect

from linkstrata.curation.store import Store
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import read_published
from linkstrata.warehouse.pipeline import ingest
from linkstrata.warehouse.receipts import Options

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.usefixtures("complaints")]

NEXT_BIRTHDAYS = """
    from occasions as o join contacts as c using (owner, person_id) join relationships as r using (owner, person_id)
    where kind = 'birthday' and due_on between date '2026-12-01' and date '2026-12-31'
    order by due_on, strength desc, full_name
"""


def asked(settings: Settings, query: str, *values: object) -> list[Any]:
    with read_published(settings.published_database) as reader:
        return reader.execute(query, values).fetchall()


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#page h1")).to_be_visible()


def queue(page: Page) -> Locator:
    return page.locator("#page .queue li")


def decisions(settings: Settings) -> list[tuple[Any, ...]]:
    with Store(settings.curation_database) as store:
        return [row[2:5] for row in store.rows("occasions")]


def test_reasons_to_write_are_ticked_off_put_off_and_taken_back(
    page: Page, dashboard: str, dashboard_settings: Settings
) -> None:
    people = asked(dashboard_settings, f"select full_name, occasion, person_id {NEXT_BIRTHDAYS}")
    assert len(people) > 3
    open_page(page, f"{dashboard}/relationships")
    page.get_by_role("link", name=f"Birthdays {len(people)}").click()
    expect(queue(page)).to_have_count(len(people))
    assert queue(page).locator("a.person").all_inner_texts() == [name for name, *_ in people]
    (first, first_birthday, _), (second, second_birthday, _), (third, _, _), *_ = people

    queue(page).filter(has_text=first).get_by_role("button", name=re.compile("^Done")).click()
    expect(queue(page).filter(has_text=first)).to_have_count(0)
    assert decisions(dashboard_settings) == [(first_birthday, "done", None)]
    queue(page).filter(has_text=second).locator("summary").click()
    page.get_by_role("button", name=f"In a week: {second}").click()
    expect(queue(page).filter(has_text=second)).to_contain_text("put off")
    expect(queue(page).filter(has_text=second).locator("time")).to_have_text("8 Dec 2026")
    queue(page).filter(has_text=third).get_by_role("button", name=re.compile("^Never")).click()
    expect(queue(page)).to_have_count(len(people) - 2)
    assert {tuple(row[1:]) for row in decisions(dashboard_settings)} == {
        ("done", None), ("later", "2026-12-08"), ("never", None)
    }  # fmt: skip
    assert asked(dashboard_settings, "select due_on, state from occasions where occasion = ? and state = 'later'",
                 second_birthday) == [(date(2026, 12, 8), "later")]  # fmt: skip

    page.get_by_role("link", name="Done or never").click()
    expect(queue(page)).to_have_count(2)
    queue(page).filter(has_text=first).get_by_role("button", name=re.compile("^Take back")).click()
    expect(queue(page)).to_have_count(1)
    page.locator("#said").get_by_role("button", name="Undo").click()
    expect(page.locator("#said")).to_contain_text("Taken back: open again: birthday of a contact.")
    expect(queue(page)).to_have_count(2)
    assert (first_birthday, "done", None) in decisions(dashboard_settings)

    page.get_by_role("link", name="To do").click()
    (fourth, fourth_birthday, _) = people[3]
    queue(page).get_by_role("link", name=fourth).click()
    panel = page.get_by_role("complementary", name="Person")
    panel.get_by_role("button", name=f"Done: {fourth}, birthday").click()
    expect(panel.get_by_role("button", name=f"Take back: {fourth}, birthday")).to_be_visible()
    expect(queue(page).filter(has_text=fourth)).to_have_count(0)
    assert (fourth_birthday, "done", None) in decisions(dashboard_settings)


def test_the_calendar_file_holds_the_kind_that_is_chosen(
    page: Page, dashboard: str, dashboard_settings: Settings
) -> None:
    open_page(page, f"{dashboard}/relationships?kind=birthday&span=last")
    with page.expect_download() as download:
        page.get_by_role("link", name="Calendar file: birthdays").click()
    assert download.value.suggested_filename == "birthday.ics"
    events = icalendar.Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")
    ((born,),) = asked(
        dashboard_settings,
        "select count(*) from occasions where kind = 'birthday' and due_on between '2026-11-01' and '2026-11-30'",
    )
    assert len(events) == born > 3
    assert all("rrule" in event for event in events)


def test_who_waits_who_fades_and_the_parts_of_a_tie_are_those_of_the_table(
    page: Page, dashboard: str, dashboard_settings: Settings
) -> None:
    open_page(page, f"{dashboard}/relationships")
    ((name, strength),) = asked(
        dashboard_settings,
        "select full_name, strength from relationships join contacts using (owner, person_id) "
        "order by strength desc, full_name limit 1",
    )
    chart = page.locator("#relationships-strength")
    expect(chart.locator(".annotation-text").nth(0)).to_have_text(name)
    expect(chart.locator(".annotation-text").nth(1)).to_have_text(str(strength))
    for heading, condition, order in (
        ("Waiting for you", "last_message_by = 'contact'", "r.last_message_at desc"),
        ("Waiting for them", "last_message_by = 'owner'", "r.last_message_at desc"),
        ("Fading", "is_connection and r.messages_sent > 0 and r.messages_received > 0 and days_since_message > 180",
         "strength desc"),
    ):  # fmt: skip
        names = asked(
            dashboard_settings,
            f"select full_name from relationships as r join contacts using (owner, person_id) where {condition} "
            f"order by {order} limit 3",
        )
        card = page.locator(".card", has=page.get_by_role("heading", name=heading))
        assert card.locator("a.person").all_inner_texts()[:3] == [row[0] for row in names]


def test_a_company_is_found_under_one_name_and_leads_to_its_people(
    page: Page, dashboard: str, dashboard_settings: Settings
) -> None:
    ((company, people),) = asked(
        dashboard_settings,
        "select company_name, count(*) from roles join contacts using (owner, person_id) "
        "where is_connection and company_key is not null group by company_name, company_key "
        "having count(distinct roles.company) > 1 order by count(*) desc, company_name limit 1",
    )
    open_page(page, f"{dashboard}/companies")
    page.get_by_label("Who do I know at").fill(company.lower())
    row = page.get_by_role("region", name="Companies").get_by_role("row").filter(has_text=company)
    expect(page.get_by_role("region", name="Companies").locator("tbody tr")).to_have_count(1)
    expect(row.get_by_role("cell").first).to_have_text(str(people))
    assert "company=" in page.url
    expect(page.get_by_label("Who do I know at")).to_be_focused()  # more may be typed
    row.get_by_role("link").click()
    ((everybody,),) = asked(
        dashboard_settings,
        "select count(*) from roles where company_key in (select company_key from roles where company_name = ?)",
        company,
    )
    expect(page.locator("#people-summary b")).to_have_text(f"{everybody:,} people")


def test_levels_and_lines_of_work_are_counted_as_roles_has_them(
    page: Page, dashboard: str, dashboard_settings: Settings
) -> None:
    open_page(page, f"{dashboard}/companies")
    ((directors, engineers),) = asked(
        dashboard_settings,
        "select count(*) filter (seniority = 'director'), count(*) filter (function = 'engineering') "
        "from roles join contacts using (owner, person_id) where is_connection",
    )
    for chart, label, count in (("levels", "Director", directors), ("functions", "Engineering", engineers)):
        texts = page.locator(f"#companies-{chart} .annotation-text")
        expect(texts.filter(has_text=label)).to_be_visible()
        said = texts.all_text_contents()
        assert said[said.index(label) + 1] == str(count)


def test_the_panel_merges_who_is_one_person(page: Page, dashboard: str, dashboard_settings: Settings) -> None:
    ((owner, keep, other, reason),) = asked(
        dashboard_settings,
        """
        select r.owner, r.person_id, r.other_person_id, reason
        from identity_review as r join contacts as c on c.owner = r.owner and c.person_id = r.person_id
        where is_connection and r.other_profile_url is not null
        order by score desc, r.person_id, r.other_person_id limit 1
        """,
    )
    both = "select count(*) from contacts where person_id in (?, ?)"
    page.goto(f"{dashboard}/people?person={owner}/{other}")
    panel = page.get_by_role("complementary", name="Person")
    expect(panel.get_by_role("heading", name="Perhaps the same person")).to_be_visible()
    expect(panel.locator(".namesakes li").first).to_contain_text(reason[4:])
    panel.locator(f"""button[id*='"keep":"{keep}"']""").click()
    expect(page.locator("#said")).to_contain_text("Merged.")
    expect(page.locator("#news")).to_be_visible(timeout=90_000)
    assert asked(dashboard_settings, both, keep, other) == [(1,)]
    assert asked(dashboard_settings, "select person_id from person_aliases where alias_id = ?", other) == [(keep,)]
    page.get_by_role("button", name="Show it").click()
    expect(panel.get_by_role("heading", level=2)).to_have_text(
        asked(dashboard_settings, "select full_name from contacts where person_id = ?", keep)[0][0]
    )
    assert asked(dashboard_settings, "select count(*) from identity_review where other_person_id = ?", other) == [(0,)]


def test_the_panel_tells_what_somebody_did_on_posts(
    page: Page, dashboard: str, dashboard_settings: Settings, tmp_path: Any
) -> None:
    ((owner, person_id, address, strength),) = asked(
        dashboard_settings,
        "select owner, person_id, profile_url, strength from contacts join relationships using (owner, person_id) "
        "where is_connection order by strength desc, full_name limit 1",
    )
    path = tmp_path / "engagers.csv"
    path.write_text(
        "profileLink,fullName,postsUrl,hasLiked,hasCommented,comments,timestamp\n"
        f"{address},,https://www.linkedin.com/posts/a-post,true,true,Well put,2026-10-05T10:00:00.000Z\n",
        encoding="utf-8",
    )
    outcome = ingest(dashboard_settings, (path,), Options(owner=owner))
    assert [file.status for file in outcome.files] == ["loaded"]
    page.goto(f"{dashboard}/people?person={owner}/{person_id}")
    panel = page.get_by_role("complementary", name="Person")
    seen = panel.locator(".events li").filter(has_text="Commented on a post of yours")
    expect(seen).to_contain_text("Well put")
    expect(seen.get_by_role("link")).to_have_attribute("href", "https://www.linkedin.com/posts/a-post")
    expect(panel.locator(".facts")).to_contain_text(f"{strength + 1} of 100")
