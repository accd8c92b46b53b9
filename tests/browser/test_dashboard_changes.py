"""What pages do to the home: files read, people kept and added, questions saved; and what others do to it meanwhile."""

from __future__ import annotations

import csv
import importlib.util
import io
import sqlite3
import subprocess
import sys
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from linkstrata.settings import Settings, project_root
from linkstrata.warehouse.connection import read_published

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.usefixtures("complaints")]

PROFILE = "https://www.linkedin.com/in/orla-zephyr-example"


@pytest.fixture
def published(dashboard_settings: Settings) -> Any:
    """Asks what is published at the moment."""

    def ask(query: str, *values: object) -> Any:
        with read_published(dashboard_settings.published_database) as reader:
            return reader.execute(query, values).fetchall()

    return ask


@pytest.fixture
def typed(dashboard_settings: Settings) -> Any:
    """Asks the store of what was typed."""

    def ask(query: str, *values: object) -> Any:
        with closing(sqlite3.connect(dashboard_settings.curation_database)) as store:
            return store.execute(query, values).fetchall()

    return ask


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#page h1")).to_be_visible()


def test_who_is_protected_is_no_candidate(page: Page, dashboard: str, published: Any, typed: Any) -> None:
    open_page(page, f"{dashboard}/limit")
    count = page.locator(".headline", has=page.get_by_role("heading", name="Candidates", exact=True)).locator(".value")
    candidates = int(count.inner_text().replace(",", ""))
    first = page.get_by_role("region", name="Candidates").locator("tbody tr").first
    name = first.locator("a.person").inner_text()
    first.get_by_role("button", name="Protect").click()
    expect(page.get_by_text("1 person tagged protected.")).to_be_visible()
    expect(count).to_have_text(f"{candidates - 1:,}")
    expect(page.get_by_role("region", name="Candidates").get_by_role("link", name=name, exact=True)).to_have_count(0)
    ((person, profile),) = published(
        "select full_name, profile_url from contacts where list_contains(tags, 'protected')"
    )
    assert person == name
    assert typed("select count(*) from taggings where tag = 'protected'") == [(1,)]

    with page.expect_download() as download:
        page.get_by_role("link", name="as CSV").click()
    rows = list(csv.DictReader(download.value.path().read_text("utf-8").splitlines()))
    assert len(rows) == candidates - 1
    assert all(row["reasons"] for row in rows)
    assert profile not in {row["profile_url"] for row in rows}


def test_a_filter_is_saved_followed_and_forgotten(page: Page, dashboard: str, published: Any, typed: Any) -> None:
    filter = '{"all":[{"field":"segment","operator":"any_of","value":["former_connection"]}]}'
    page.goto(f"{dashboard}/people?filter={filter}")
    page.get_by_label("Name of the segment").fill("who left")
    page.get_by_role("button", name="Save as segment").click()
    expect(page.get_by_text("Saved as who left.")).to_be_visible()
    assert typed("select segment, filter from saved_filters") == [("who left", filter)]
    ((members, came, went),) = published(
        """
        select
            count(*) filter (where valid_to = date '9999-12-31'),
            count(*) filter (where valid_from > previous),
            count(*) filter (where valid_to > previous and valid_to < date '9999-12-31')
        from saved_segment_history, (
            select max(exported_on) as previous from export_order
            where exported_on < (select max(exported_on) from export_order)
        )
        where segment = 'who left'
        """
    )
    assert members == published("select count(*) from contacts where segment = 'former_connection'")[0][0] > came > 0

    page.get_by_role("link", name="Segments").click()
    row = page.get_by_role("region", name="Saved segments").locator("tbody tr")
    expect(row.locator("td")).to_have_text(["Segment is any of former connection", str(members), str(came), str(went)])
    row.get_by_role("link", name="who left").click()
    expect(page.locator("#saved-members .main-svg").first).to_be_visible()
    page.reload()
    one = page.locator(".one-segment")
    expect(one.get_by_role("heading", name="Came last")).to_be_visible()
    name = one.locator("a.person").first.inner_text()
    assert (name,) in published("select full_name from contacts where segment = 'former_connection'")
    row.get_by_role("link", name=f"{members}").click()
    expect(page.locator("#people-summary b")).to_have_text(f"{members} people")

    page.goto(f"{dashboard}/segments?saved=who left")
    page.get_by_role("button", name="Forget this segment").click()
    expect(page.get_by_text("Forgot the segment who left.")).to_be_visible()
    expect(page.get_by_text("None yet.")).to_be_visible()
    assert typed("select * from saved_filters") == []


def test_whom_a_query_finds_is_kept_as_a_tag_and_as_a_segment(
    page: Page, dashboard: str, published: Any, typed: Any
) -> None:
    query = "select owner, person_id, full_name from contacts where messages_received >= 5 -- who writes much"
    open_page(page, f"{dashboard}/sql")
    page.get_by_role("button", name="Tag the people found").click()
    expect(page.get_by_text("the rows have no owner and person_id: select both")).to_be_visible()
    page.get_by_label("Query").fill(query)
    page.get_by_label("Name of the tag or segment").fill("writes much")
    page.get_by_role("button", name="Tag the people found").click()
    ((people,),) = published("select count(*) from contacts where messages_received >= 5")
    expect(page.get_by_text(f"{people} people tagged writes much.")).to_be_visible()
    assert published("select count(*) from contacts where list_contains(tags, 'writes much')") == [(people,)]
    expect(page.get_by_label("Query")).to_have_value(query)

    expect(page.get_by_label("Name of the tag or segment")).to_have_value("")  # the page is made anew after an edit
    page.get_by_label("Name of the tag or segment").fill("busy writers")
    page.get_by_role("button", name="Save as segment").click()
    expect(page.get_by_text("Saved as busy writers.")).to_be_visible()
    assert published("select members, problem from saved_segments where segment = 'busy writers'") == [(people, None)]
    assert len(typed("select predicate from saved_filters where segment = 'busy writers'")) == 1


def test_a_bookmark_brings_whose_profile_is_open_and_adds_them(
    page: Page, browser: Browser, dashboard: str, published: Any, typed: Any
) -> None:
    open_page(page, f"{dashboard}/capture")
    bookmark = page.get_by_label("Address of the bookmark").input_value()

    def profile(route: Route) -> None:
        title = "(3) Orla Zéphyr - Founder - Kestrel Works | LinkedIn"
        route.fulfill(body=f"<title>{title}</title><p>secret</p>", content_type="text/html; charset=utf-8")

    with browser.new_context() as elsewhere:
        elsewhere.route(f"{PROFILE}**", profile)  # a page of that name that never leaves this machine
        other = elsewhere.new_page()
        other.goto(f"{PROFILE}/?trk=people")
        with elsewhere.expect_page() as opened:
            other.evaluate(bookmark.removeprefix("javascript:"))
        form = opened.value
        expect(form.get_by_label("Profile address")).to_have_value(f"{PROFILE}/")
        expect(form.get_by_label("Name", exact=True)).to_have_value("Orla Zéphyr")
        assert "secret" not in form.url
        form.get_by_role("textbox", name="Tags").fill("met in Ghent")
        form.get_by_role("textbox", name="Tags").press("Enter")
        form.get_by_label("Note").fill("Knows everybody at Kestrel.")
        form.get_by_role("button", name="Add").click()
        expect(form.get_by_text("Orla Zéphyr is among your contacts.")).to_be_visible(timeout=120_000)
        form.get_by_role("link", name="Orla Zéphyr").click()
        panel = form.get_by_role("complementary", name="Person")
        expect(panel.get_by_text("Knows everybody at Kestrel.")).to_be_visible()
    ((name, tags, note),) = published(
        "select full_name, tags, note from contacts join notes using (owner, person_id) where profile_url = $1", PROFILE
    )
    assert (name, note) == ("Orla Zéphyr", "Knows everybody at Kestrel.")
    assert "met in Ghent" in tags
    assert typed("select full_name from added_contacts") == [("Orla Zéphyr",)]


INVITATIONS = """\
From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl
Somebody Newcomer,Mirela Tavasca,"11/15/26, 10:00 AM",hello,INCOMING,https://www.linkedin.com/in/somebody-newcomer,
Somebody Else,Mirela Tavasca,"11/16/26, 10:00 AM",hello,INCOMING,and,so,on,and,on
"""
DROP = """
([name, content]) => {
  const files = new DataTransfer();
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  files.items.add(new File([bytes], name));
  for (const kind of ["dragover", "drop"])
    document.querySelector(".drop").dispatchEvent(
      new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true })
    );
}
"""


def test_a_dropped_file_is_read_while_one_watches(
    page: Page, dashboard: str, dashboard_settings: Settings, published: Any
) -> None:
    dashboard_settings.user_rules.mkdir(exist_ok=True)
    rule = "-- Asks for what is not there.\nselect shoe from main.contacts"
    (dashboard_settings.user_rules / "broken.sql").write_text(rule)
    open_page(page, f"{dashboard}/data")
    name = "Basic_LinkedInDataExport_11-20-2026.zip"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("Invitations.csv", INVITATIONS)
    page.evaluate(DROP, [name, b64encode(archive.getvalue()).decode()])
    progress = page.locator("#ingest-progress")
    expect(progress).to_contain_text("Reading:")
    expect(progress).to_contain_text(f"{name}: loaded", timeout=120_000)
    assert list(dashboard_settings.inbox.iterdir()) == []

    page.get_by_role("button", name="Show it").click()
    row = page.get_by_role("region", name="Files read").locator("tr", has=page.get_by_role("link", name=name))
    expect(row.locator("td").first).to_contain_text("20 Nov 2026")
    left_out = page.get_by_role("region", name="Rows left out").locator("tbody tr")
    expect(left_out).to_have_text("Invitations.csv110 cells where the header names 7")
    for tag, health in (("broken", "set aside:"), ("founder", "sound")):
        row = page.get_by_role("region", name="Tags").locator("tr", has=page.get_by_role("rowheader", name=tag))
        expect(row.locator("td").last).to_contain_text(health)
    assert published("select segment from contacts where full_name = 'Somebody Newcomer'") == [("other_contact",)]


@pytest.fixture
def tag_elsewhere(dashboard_settings: Settings) -> Iterator[Any]:
    """Tags people as another process does, through the command line."""

    def tag(name: str, where: str) -> None:
        command = [sys.executable, "-m", "linkstrata.cli", "tag", "add", name, "--where", where]
        subprocess.run([*command, "--data", str(dashboard_settings.home)], check=True, capture_output=True)

    yield tag


def test_what_is_published_meanwhile_is_offered_and_shown(page: Page, dashboard: str, tag_elsewhere: Any) -> None:
    with page.expect_response("**/generation"):  # the page asks which database there is as it opens
        page.goto(f"{dashboard}/people?q=nurse")
    expect(page.locator(".ag-row a.person").first).to_be_visible()
    expect(page.get_by_text("New data has been published.")).to_be_hidden()
    tag_elsewhere("works nights", "lower(position) like '%nurse%'")
    expect(page.get_by_text("New data has been published.")).to_be_visible()
    page.locator(".ag-row a.person").first.click()  # what was there goes on working, on the new data
    expect(page.get_by_role("complementary", name="Person").get_by_text("works nights", exact=True)).to_be_visible()
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_text("New data has been published.")).to_be_hidden()
    expect(page.locator('.ag-row[row-index="0"]').get_by_text("works nights")).to_be_visible()


@pytest.fixture
def grid() -> Any:
    """The benchmark of the grid, whose clients ask as a browser does."""
    path = project_root() / "tests" / "benchmarks" / "grid.py"
    spec = importlib.util.spec_from_file_location("grid_benchmark", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_eight_clients_see_no_error_while_the_database_is_replaced_twenty_times(
    dashboard: str, dashboard_settings: Settings, published: Any, grid: Any
) -> None:
    ((contacts,),) = published("select count(*) from contacts")
    port = urlsplit(dashboard).port
    assert grid.hammer(port, dashboard_settings.published_database, contacts, clients=8, publishes=20) == 0
