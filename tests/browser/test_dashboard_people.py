"""The people page and the person panel: finding, choosing and tagging people, seen on the page and in the stores."""

from __future__ import annotations

import csv
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from linkstrata.settings import Settings
from linkstrata.warehouse.connection import read_published

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.usefixtures("complaints")]


def asked(settings: Settings, query: str, *values: object) -> Any:
    with read_published(settings.published_database) as reader:
        return reader.execute(query, values).fetchall()


def open_people(page: Page, dashboard: str, search: str = "") -> None:
    page.goto(f"{dashboard}/people{search}")
    expect(page.locator(".ag-row a.person").first).to_be_visible()


def shown_names(page: Page) -> list[str]:
    rows = page.locator(".ag-center-cols-container .ag-row")
    return [rows.nth(at).locator("a.person").inner_text() for at in range(min(rows.count(), 5))]


def expect_count(page: Page, count: int) -> None:
    expect(page.locator("#people-summary b")).to_have_text(f"{count:,} {'person' if count == 1 else 'people'}")


def test_words_find_people_and_stand_in_the_address(page: Page, dashboard: str, dashboard_settings: Settings) -> None:
    open_people(page, dashboard)
    page.get_by_label("Search people").fill("architect robotics")
    where = "from contacts_grid where contains(search, 'architect') and contains(search, 'robotics')"
    ((count,),) = asked(dashboard_settings, f"select count(*) {where}")
    assert count > 1
    expect_count(page, count)
    names = [row[0] for row in asked(dashboard_settings, f"select full_name {where} order by rank_name limit 5")]
    expect(page.locator('.ag-row[row-index="0"] a.person')).to_have_text(names[0])
    assert parse_qs(urlsplit(page.url).query)["q"] == ["architect robotics"]
    page.reload()
    expect_count(page, count)
    expect(page.get_by_label("Search people")).to_have_value("architect robotics")
    page.get_by_role("link", name="Show everybody").click()
    expect(page.get_by_label("Search people")).to_have_value("")


def test_a_heading_sorts_and_the_unknown_come_last(page: Page, dashboard: str, dashboard_settings: Settings) -> None:
    open_people(page, dashboard)
    page.locator('.ag-header-cell[col-id="last_message_at"]').click()
    for direction, order in (("last_message_at", "asc"), ("-last_message_at", "desc")):
        ((newest,),) = asked(
            dashboard_settings,
            f"select strftime(last_message_at, '%-d %b %Y') from contacts where last_message_at is not null "
            f"order by last_message_at {order} limit 1",
        )
        expect(page.locator('.ag-row[row-index="0"] [col-id="last_message_at"]')).to_have_text(newest)
        page.wait_for_url(lambda url, sort=direction: parse_qs(urlsplit(url).query).get("sort") == [sort])
        if order == "asc":
            page.locator('.ag-header-cell[col-id="last_message_at"]').click()


def test_the_builder_makes_a_filter_that_can_be_kept_as_an_address(
    page: Page, dashboard: str, dashboard_settings: Settings
) -> None:
    open_people(page, dashboard)
    page.locator("details.filter summary").click()
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_role("textbox", name="Field").click()
    page.get_by_role("option", name="Tags", exact=True).click()
    expect(page.get_by_role("textbox", name="How it is compared")).to_have_value("any of")
    page.get_by_role("textbox", name="Value").fill("founder")
    page.get_by_role("textbox", name="Value").press("Enter")
    expect(page.locator("#filter-draft").get_by_text("founder")).to_be_visible()
    page.get_by_role("button", name="Add a condition").click()
    expect(page.get_by_role("textbox", name="Value")).to_have_count(2)
    page.get_by_role("textbox", name="Value").nth(1).fill("a")
    page.get_by_role("button", name="Show them").click()
    ((count,),) = asked(
        dashboard_settings,
        "select count(*) from contacts where list_contains(tags, 'founder') and contains(lower(company), 'a')",
    )
    assert count > 1
    expect_count(page, count)
    expect(page.locator("#people-summary")).to_contain_text('Tags any of founder and Company contains "a"')
    address = page.url
    open_people(page, address.partition("/people")[0], address.partition("/people")[2])
    expect_count(page, count)
    page.get_by_role("button", name="Clear").click()
    ((everybody,),) = asked(dashboard_settings, "select count(*) from contacts")
    expect_count(page, everybody)
    expect(page.get_by_role("textbox", name="Value")).to_have_count(0)
    page.go_back()
    expect_count(page, count)
    expect(page.get_by_role("textbox", name="Value")).to_have_count(2)


def test_an_unfinished_filter_says_what_it_lacks(page: Page, dashboard: str) -> None:
    open_people(page, dashboard)
    page.locator("details.filter summary").click()
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_role("textbox", name="Value").wait_for()
    page.get_by_role("button", name="Show them").click()
    expect(page.locator("#filter-said")).to_contain_text("company contains: takes a text")


def test_who_is_chosen_can_be_tagged_and_untagged(page: Page, dashboard: str, dashboard_settings: Settings) -> None:
    open_people(page, dashboard, "?q=recruiter")
    page.locator('.ag-row[row-index="0"] .ag-checkbox-input').click()
    page.locator('.ag-row[row-index="2"] .ag-checkbox-input').click()
    expect(page.locator("#people-chosen")).to_have_text("2 chosen")
    names = [page.locator(f'.ag-row[row-index="{at}"] a.person').inner_text() for at in (0, 2)]
    page.get_by_role("textbox", name="Tag", exact=True).fill("to call")
    page.get_by_role("textbox", name="Tag", exact=True).press("Enter")
    page.get_by_role("button", name="Tag", exact=True).click()
    expect(page.get_by_text("2 people tagged to call.")).to_be_visible()
    tagged = asked(dashboard_settings, "select full_name from contacts where list_contains(tags, 'to call')")
    assert sorted(row[0] for row in tagged) == sorted(names)
    expect(page.locator('.ag-row[row-index="0"]').get_by_text("to call")).to_have_count(1)

    page.get_by_role("button", name="Choose all that match").click()
    expect(page.locator("#people-chosen")).to_have_text("All that match are chosen")
    page.get_by_role("button", name="Tag", exact=True).click()
    ((recruiters,),) = asked(
        dashboard_settings, "select count(*) from contacts_grid where contains(search, 'recruiter')"
    )
    expect(page.get_by_text(f"{recruiters - 2:,} people tagged to call.")).to_be_visible()
    page.get_by_role("button", name="Untag").click()
    expect(page.get_by_text(f"Took to call from {recruiters:,} people.")).to_be_visible()
    assert asked(dashboard_settings, "select * from contacts where list_contains(tags, 'to call')") == []


def test_the_csv_holds_who_is_shown(page: Page, dashboard: str, dashboard_settings: Settings) -> None:
    open_people(page, dashboard, "?q=nurse")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(download.value.path().read_text("utf-8").splitlines()))
    expected = asked(
        dashboard_settings, "select full_name from contacts_grid where contains(search, 'nurse') order by rank_name"
    )
    assert [row["full_name"] for row in rows] == [row[0] for row in expected]
    assert list(dashboard_settings.warehouse.glob("*.csv")) == []


def test_the_panel_says_why_and_takes_tags_and_notes(page: Page, dashboard: str, dashboard_settings: Settings) -> None:
    open_people(page, dashboard, "?q=recruiter")
    name = page.locator('.ag-row[row-index="1"] a.person')
    said = name.inner_text()
    name.click()
    panel = page.get_by_role("complementary", name="Person")
    expect(panel.get_by_role("heading", level=2)).to_have_text(said)
    expect(panel.locator(".reasons li").first).to_contain_text("onnect")
    panel.get_by_role("textbox", name="Tags to add").fill("mentor")
    panel.get_by_role("textbox", name="Tags to add").press("Enter")
    panel.get_by_role("button", name="Tag", exact=True).click()
    expect(panel.get_by_role("button", name="Remove the tag mentor")).to_be_visible()
    panel.get_by_label("Note").fill("Met at the fair. =1+1")
    panel.get_by_role("button", name="Keep the note").click()
    expect(panel.locator(".notes li p")).to_have_text("Met at the fair. =1+1")
    key = parse_qs(urlsplit(page.url).query)["person"][0].split("/")
    assert asked(dashboard_settings, "select note from notes where owner = ? and person_id = ?", *key) == [
        ("Met at the fair. =1+1",)
    ]
    page.reload()
    expect(panel.locator(".notes li p")).to_have_text("Met at the fair. =1+1")
    panel.get_by_role("button", name="Remove the tag mentor").click()
    expect(panel.get_by_role("button", name="Remove the tag mentor")).to_have_count(0)
    tags = asked(dashboard_settings, "select tags from contacts where owner = ? and person_id = ?", *key)
    assert "mentor" not in tags[0][0]


def test_the_keyboard_alone_opens_and_closes_a_person(page: Page, dashboard: str) -> None:
    open_people(page, dashboard)
    name = page.locator('.ag-row[row-index="1"] a.person').inner_text()
    page.locator('.ag-row[row-index="0"] [col-id="company"]').click()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.post_data or ""))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Person")
    expect(panel.get_by_role("heading", level=2)).to_have_text(name)
    close = panel.get_by_role("button", name="Close")
    expect(close).to_be_focused()
    page.wait_for_timeout(300)
    expect(close).to_be_focused()
    # A grid that filled itself again would take the focus back.
    assert not [body for body in fetched if "getRowsResponse" in body]
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator('.ag-row[row-index="1"] [col-id="company"]')).to_be_focused()
    assert "person=" not in page.url
