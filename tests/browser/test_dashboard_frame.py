"""What holds for every page of the dashboard: everyone can use it, it asks nobody outside, and answers nobody else."""

from __future__ import annotations

import http.client
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from linkstrata.dashboard.pages import PAGES
from linkstrata.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.usefixtures("complaints")]

PATHS = [page.path for page in PAGES]
ON_PHONES = ("/", "/people")


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#page h1")).to_be_visible()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_can_be_used_by_everyone(page: Page, dashboard: str, path: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    open_page(page, dashboard + path)
    expect(page.locator(f'#pages a[href="{path}"]')).to_have_attribute("aria-current", "page")
    assert page.evaluate("document.documentElement.dataset.mantineColorScheme") == scheme
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("path", ON_PHONES)
def test_a_phone_shows_it_without_moving_sideways(page: Page, dashboard: str, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    open_page(page, dashboard + path)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("a.person").first.click()
    expect(page.get_by_role("complementary", name="Person").get_by_role("heading", level=2)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_no_figure_offers_to_send_itself_away(page: Page, dashboard: str) -> None:
    open_page(page, dashboard)
    page.locator(".js-plotly-plot").first.hover()
    titles = [button.get_attribute("data-title") for button in page.locator(".modebar-btn").all()]
    assert titles
    assert set(titles) == {"Download plot as a PNG"}


def test_the_theme_can_be_changed_and_stays(page: Page, dashboard: str) -> None:
    page.emulate_media(color_scheme="light")
    open_page(page, dashboard)
    page.get_by_role("button", name="Dark").click()
    scheme = "document.documentElement.dataset.mantineColorScheme"
    expect(page.locator("html[data-mantine-color-scheme=dark]")).to_be_attached()
    page.reload()
    expect(page.get_by_role("button", name="Light")).to_be_visible()
    assert page.evaluate(scheme) == "dark"


def answer(dashboard: str, path: str, method: str = "GET", **headers: str) -> int:
    with closing(http.client.HTTPConnection(urlsplit(dashboard).netloc, timeout=60)) as connection:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        return connection.getresponse().status


def test_only_this_machine_s_own_pages_are_answered(dashboard: str) -> None:
    own = urlsplit(dashboard).netloc
    assert answer(dashboard, "/") == 200
    assert answer(dashboard, "/people.csv", Origin=f"http://{own}", Sec_Fetch_Site="same-origin") == 200
    assert answer(dashboard, "/", Host="linkstrata.example") == 403
    assert answer(dashboard, "/", Host=f"127.0.0.1.nip.example:{urlsplit(dashboard).port}") == 403
    assert answer(dashboard, "/people.csv", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate") == 403
    assert answer(dashboard, "/people.csv", Sec_Fetch_Site="same-site") == 403
    assert answer(dashboard, "/ingest", "POST", Origin="https://www.linkedin.com") == 403
    assert answer(dashboard, "/ingest", "POST", Origin="null") == 403


def test_the_first_page_leads_from_nothing_to_a_loaded_archive(
    page: Page, empty_dashboard: str, dashboard_settings: Settings
) -> None:
    open_page(page, empty_dashboard)
    expect(page.get_by_role("heading", name="1. Ask LinkedIn for your archive")).to_be_visible()
    assert Axe().run(page).violations_count == 0
    archive = next((dashboard_settings.root / "data" / "sample").glob("Basic_*01-30-2026.zip"))
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(archive)
    expect(page.locator("#ingest-progress")).to_contain_text(f"{archive.name}: loaded", timeout=60_000)
    page.get_by_role("link", name="People").click()
    expect(page.locator(".ag-row a.person").first).to_be_visible()
