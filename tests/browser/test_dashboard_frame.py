"""What holds for every page of the dashboard: everyone can use it, it asks nobody outside, and answers nobody else."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from linkstrata.dashboard.pages import PAGES
from linkstrata.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.usefixtures("complaints")]

Opens = Callable[[Page, str], None]

PATHS = [page.path for page in PAGES]
SCHEMES: tuple[Any, Any] = ("light", "dark")
WIDTHS = (1440, 390)
ONLY_OWN = {"default-src": "'none'", "connect-src": "'self'", "form-action": "'none'", "frame-ancestors": "'none'"}


def violations(page: Page, **options: Any) -> str:
    """What axe finds on a page that somebody could not use; nothing where all is well."""
    results = Axe().run(page, options={"resultTypes": ["violations"], **options})
    return results.generate_report() if results.violations_count else ""


def switch_to_dark(page: Page) -> None:
    """By the button; the page comes anew, for its figures have colours of their own."""
    with page.expect_response(lambda response: '"output":"page.children"' in (response.request.post_data or "")):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html[data-mantine-color-scheme=dark]")).to_be_attached()
    expect(page.locator("[data-dash-is-loading]")).to_have_count(0)


def name_of(path: str) -> str:
    return path.strip("/") or "overview"


@pytest.mark.parametrize("path", PATHS)
def test_a_page_can_be_used_by_everyone(
    page: Page,
    dashboard: str,
    open_page: Opens,
    collisions: Callable[[Locator], list[str]],
    keep_picture: Callable[[str], None],
    path: str,
) -> None:
    """On a desk and on a phone, in either scheme: nothing moves sideways, is cut off or covers something else."""
    page.emulate_media(color_scheme="light")
    open_page(page, dashboard + path)
    expect(page.locator(f'#pages a[href="{path}"]')).to_have_attribute("aria-current", "page")
    assert violations(page) == ""
    figures = page.locator(".figure")
    offered = page.locator(".modebar-btn").evaluate_all("all => all.map(one => one.dataset.title)")
    assert set(offered) == ({"Download plot as a PNG"} if figures.count() else set())  # nothing would send it away
    for scheme in SCHEMES:
        if scheme == "dark":
            switch_to_dark(page)
            assert violations(page, runOnly=["color-contrast"]) == ""
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for figure in figures.all():
                assert collisions(figure) == [], f"{width}: {figure.get_attribute('aria-label')}"
            assert page.evaluate("document.documentElement.scrollWidth") == width
            wide = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.ariaLabel)"
            assert page.locator(".scroll").evaluate_all(wide) == []  # no column to scroll to
            expect(page.locator("#pages [aria-current]")).to_be_in_viewport(ratio=1)
            keep_picture(f"{name_of(path)}-{width}-{scheme}")


def test_a_person_can_be_seen_by_everyone(
    page: Page, dashboard: str, open_page: Opens, keep_picture: Callable[[str], None]
) -> None:
    open_page(page, f"{dashboard}/people?q=recruiter")
    page.locator("a.person").first.click()
    panel = page.get_by_role("complementary", name="Person")
    expect(panel.get_by_role("heading", level=2)).to_be_visible()
    assert violations(page) == ""
    for scheme in SCHEMES:
        if scheme == "dark":
            page.keyboard.press("Escape")
            switch_to_dark(page)
            page.locator("a.person").first.click()
            expect(panel.get_by_role("heading", level=2)).to_be_visible()
            assert violations(page, runOnly=["color-contrast"]) == ""
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") == width
            keep_picture(f"person-{width}-{scheme}")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_without_any_file_every_page_says_how_to_begin(
    page: Page, empty_dashboard: str, open_page: Opens, keep_picture: Callable[[str], None], scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    open_page(page, empty_dashboard)
    assert violations(page) == ""
    for path in PATHS:
        page.locator(f'#pages a[href="{path}"]').click()
        expect(page.locator(f'#pages a[href="{path}"]')).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("heading", name="1. Ask LinkedIn for your archive")).to_be_visible()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            keep_picture(f"empty-{name_of(path)}-{width}-{scheme}")
            assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_theme_is_the_machine_s_until_it_is_changed_and_stays(page: Page, dashboard: str, open_page: Opens) -> None:
    scheme = "document.documentElement.dataset.mantineColorScheme"
    for preferred, other in (SCHEMES, SCHEMES[::-1]):
        page.emulate_media(color_scheme=preferred)
        page.goto(dashboard)
        page.evaluate("localStorage.clear()")
        open_page(page, dashboard)
        assert page.evaluate(scheme) == preferred
        page.get_by_role("button", name=other.capitalize()).click()
        expect(page.locator(f"html[data-mantine-color-scheme={other}]")).to_be_attached()
        page.reload()
        expect(page.get_by_role("button", name=preferred.capitalize())).to_be_visible()
        assert page.evaluate(scheme) == other


def answer(dashboard: str, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    with closing(http.client.HTTPConnection(urlsplit(dashboard).netloc, timeout=60)) as connection:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        return connection.getresponse()


def test_only_this_machine_s_own_pages_are_answered(dashboard: str) -> None:
    own = urlsplit(dashboard).netloc
    for status, path, method, headers in (
        (200, "/", "GET", {}),
        (200, "/people.csv", "GET", {"Origin": f"http://{own}", "Sec_Fetch_Site": "same-origin"}),
        (403, "/", "GET", {"Host": "linkstrata.example"}),
        (403, "/", "GET", {"Host": f"127.0.0.1.nip.example:{urlsplit(dashboard).port}"}),
        (403, "/people.csv", "GET", {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}),
        (403, "/people.csv", "GET", {"Sec_Fetch_Site": "same-site"}),
        (403, "/ingest", "POST", {"Origin": "https://www.linkedin.com"}),
        (403, "/ingest", "POST", {"Origin": "null"}),
        (403, "/files", "POST", {"Sec_Fetch_Site": "cross-site"}),
        (403, "/_dash-update-component", "POST", {"Origin": "https://www.linkedin.com"}),
        (403, "/capture", "POST", {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}),
    ):
        assert answer(dashboard, path, method, **headers).status == status, (path, headers)


def test_a_strict_policy_goes_with_every_answer(dashboard: str) -> None:
    for path in (*PATHS, "/people.csv", "/assets/style.css", "/_dash-layout"):
        given = answer(dashboard, path)
        policy = dict(part.strip().split(" ", 1) for part in str(given.headers["Content-Security-Policy"]).split(";"))
        assert policy.items() >= ONLY_OWN.items(), path
        assert all(source.startswith(("'self'", "'sha256-")) for source in policy["script-src"].split()), path
        assert not {"http:", "https:", "*"} & {source for sources in policy.values() for source in sources.split()}
        assert given.headers["X-Content-Type-Options"] == "nosniff"


def test_the_first_page_leads_from_nothing_to_a_loaded_archive(
    page: Page, empty_dashboard: str, open_page: Opens, dashboard_settings: Settings
) -> None:
    """Comes last: then the home that was empty is so no longer."""
    open_page(page, empty_dashboard)
    archive = next((dashboard_settings.root / "data" / "sample").glob("Basic_*01-30-2026.zip"))
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(archive)
    expect(page.locator("#ingest-progress")).to_contain_text(f"{archive.name}: loaded", timeout=60_000)
    page.get_by_role("link", name="People").click()
    expect(page.locator(".ag-row a.person").first).to_be_visible()
