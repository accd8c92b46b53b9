"""The dashboard under test: one server over one copy of the sample's home, for all the tests of a module."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linkstrata.settings import Settings, project_root

if TYPE_CHECKING:
    from playwright.sync_api import Page

TODAY = date(2026, 12, 1)


@pytest.fixture(autouse=True, scope="session")
def patience() -> None:
    """A busy machine takes its time."""
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of a dashboard over a home."""
    from waitress.server import create_server

    from linkstrata.dashboard.server import build_server

    server = create_server(build_server(settings), host="127.0.0.1", port=0, threads=6)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture(scope="module")
def dashboard_settings(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home of the sample's that may be changed."""
    home = tmp_path_factory.mktemp("dashboard") / "home"
    shutil.copytree(sample_home, home)
    return Settings(home=home, root=project_root(), today=TODAY)


@pytest.fixture(scope="module")
def dashboard(dashboard_settings: Settings) -> Iterator[str]:
    with served(dashboard_settings) as address:
        yield address


@pytest.fixture
def empty_dashboard(tmp_path: Path) -> Iterator[str]:
    with served(Settings(home=tmp_path / "home", root=project_root(), today=TODAY)) as address:
        yield address


@pytest.fixture
def complaints(page: Page) -> Iterator[Callable[[], list[str]]]:
    """What the page complained of so far; the test fails where something is left of it."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield lambda: said
    assert said == []
