"""The report in a browser: it draws on every width in either scheme, nothing is cut off or covered, nothing is sent.

The `page` fixture fails a test whose page asked anything of another machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page, expect

from linkstrata.report import write_report

pytestmark = pytest.mark.browser

SCHEMES = ("light", "dark")
HOSTILE = "</script><img src=x onerror='alert(1)'><a href='http://example.org/'>%{y}</a>"


@pytest.fixture(scope="module")
def report(sample_home: Path) -> str:
    path = sample_home / "reports" / "report.html"
    write_report(sample_home / "warehouse" / "linkstrata.duckdb", path)
    return path.as_uri()


def open_report(page: Page, address: str) -> list[str]:
    """Opens the report and waits for its figures; gives what the page complained of, to be looked at in the end."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    expect(page.locator("main:visible .figure").last.locator("svg.main-svg").first).to_be_attached()
    return complaints


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [1440, 390])
def test_everything_is_drawn_and_nothing_cut_off_or_covered(
    page: Page, report: str, collisions: Any, width: int, scheme: Any
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    complaints = open_report(page, report)
    figures = page.locator(".figure").all()
    assert len(figures) == 7
    for figure in figures:
        assert figure.locator("svg .trace, svg .point, svg .points path").count(), figure.get_attribute("id")
        assert collisions(figure) == [], figure.get_attribute("id")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert complaints == []


def test_nothing_offers_to_send_a_figure_away(page: Page, report: str) -> None:
    open_report(page, report)
    page.locator("#owner-1-growth").hover()
    titles = [button.get_attribute("data-title") or "" for button in page.locator(".modebar-btn").all()]
    assert titles
    assert set(titles) == {"Download plot as a PNG"}


def test_a_figure_can_be_kept_as_a_picture_offline(page: Page, report: str) -> None:
    open_report(page, report)
    page.context.set_offline(True)
    page.locator("#owner-1-growth").hover()
    with page.expect_download() as download:
        page.locator("#owner-1-growth .modebar-btn").click()
    assert download.value.suggested_filename.endswith(".png")
    assert download.value.path().stat().st_size > 10_000


def test_the_buttons_change_the_time_shown(page: Page, report: str) -> None:
    open_report(page, report)
    shown = "document.getElementById('owner-1-growth')._fullLayout"
    followers_known = page.evaluate(f"[{shown}.xaxis.range[0], {shown}.yaxis.range[0]]")
    page.get_by_role("button", name="Everything").click()
    everything = page.evaluate(f"[{shown}.xaxis.range[0], {shown}.yaxis.range[0]]")
    assert everything[0] < followers_known[0]
    assert everything[1] < followers_known[1]
    assert page.get_by_role("button", pressed=True).all_inner_texts() == ["Everything"]


def test_figures_follow_the_scheme_while_open(page: Page, report: str) -> None:
    page.emulate_media(color_scheme="light")
    open_report(page, report)
    paper = "document.getElementById('owner-1-growth')._fullLayout.paper_bgcolor"
    light = page.evaluate(paper)
    page.emulate_media(color_scheme="dark")
    for _ in range(300):  # asked anew each time: to wait for it within the page would need eval, which the page forbids
        if page.evaluate(paper) != light:
            break
        page.wait_for_timeout(100)
    assert page.evaluate(paper) != light


@pytest.mark.parametrize("scheme", SCHEMES)
def test_it_can_be_used_by_everyone(page: Page, report: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    open_report(page, report)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_names_are_text_and_each_owner_has_a_page(page: Page, sample_home: Path, tmp_path: Path) -> None:
    """Two owners; everybody in the second's network bears a name that would be a program if it were not text."""
    published = tmp_path / "published.duckdb"
    published.write_bytes((sample_home / "warehouse" / "linkstrata.duckdb").read_bytes())
    with duckdb.connect(str(published)) as connection:
        for table in ("contacts", "roles", "audience_daily", "archives", "messages", "contact_tags"):
            connection.execute(f"insert into {table} select * replace (owner || $1 as owner) from {table}", [HOSTILE])
        connection.execute(
            "update contacts set full_name = $1, company = $1, position = $1 where owner like '%<%'", [HOSTILE]
        )
        connection.execute("update roles set company_name = $1 where owner like '%<%'", [HOSTILE])
    write_report(published, tmp_path / "report.html")
    dialogs: list[str] = []

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    complaints = open_report(page, (tmp_path / "report.html").as_uri())
    first, second = page.locator("nav a").all()
    assert page.locator("main:visible h1").inner_text() == first.inner_text() == "Mirela Tavasca"
    second.click()
    expect(page.locator("main:visible h1")).to_have_text(second.inner_text())
    assert second.inner_text().endswith(HOSTILE)
    for figure in page.locator("main:visible .figure").all():
        expect(figure.locator("svg.main-svg").first).to_be_attached()
    page.locator("#owner-2-companies").hover()
    assert page.locator(".figure img, .figure a[href]").count() == 0
    labels = page.locator("#owner-2-companies .annotation-text").all_text_contents()
    assert labels[0].startswith("</script><img src=x")
    assert (dialogs, complaints) == ([], [])
