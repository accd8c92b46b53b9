"""What every test stands on: a clean environment, and a browser that reaches nothing but this machine.

Fixtures that only one part needs live beside its tests.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # as with the network away
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="fail when any test was skipped")
    parser.addoption(
        "--pictures", metavar="FOLDER", help="keep a picture of every page of the dashboard in this folder"
    )


def pytest_report_header() -> str:
    return f"browser: {CHROMIUM or 'no Chromium found: browser tests are skipped (on Debian: apt install chromium)'}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Modules go to whoever is free, in this order: one that takes minutes and comes last is waited for alone.
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium on the PATH"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--no-skips") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the data home of whoever runs it."""
    for name in ("LINKSTRATA_DATA", "LINKSTRATA_TODAY", "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started once a module: while it runs, nothing else in the process can have an event loop."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_OPTIONS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What the pages of a module share, so that the browser reads the scripts of the dashboard once."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """An empty page, 1440 × 900, that remembers nothing. The test fails if it asked anything of another machine."""
    outside: list[str] = []

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"file", "data", "blob", "about"} and address.hostname != "127.0.0.1":
            outside.append(request.url)

    context.on("request", note)
    yield context.new_page()
    for page in context.pages:
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.close()
    context.clear_cookies()
    context.set_offline(False)
    context.remove_listener("request", note)
    assert outside == []


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data home that has read data/sample/, built on 1 December 2026. Tests read it and change nothing: whichever
    process needs it first makes it for all."""
    from linkstrata.settings import Settings, project_root
    from linkstrata.warehouse.pipeline import ingest

    # Every process that runs tests has a folder of its own in one that they share.
    own = tmp_path_factory.getbasetemp()
    home = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "sample-home"
    settings = Settings(home=home, root=project_root(), today=date(2026, 12, 1))
    with home.with_suffix(".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not settings.published_database.exists():
            settings.create_folders()
            files = (path for path in SAMPLE.iterdir() if path.suffix in {".zip", ".xlsx", ".csv"})
            ingest(settings, tuple(sorted(files)))
    return settings.home
