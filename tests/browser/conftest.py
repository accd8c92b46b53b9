"""The dashboard under test: one server over one copy of the sample's home, for all the tests of a module."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linkstrata.settings import Settings, project_root

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# Texts of a figure that reach out of it, and texts that lie over each other; half a pixel is forgiven. A figure that
# has not found its width yet is cut off as a whole.
COLLISIONS = """
(figure) => {
  const frame = figure.getBoundingClientRect();
  const drawn = figure.querySelector(".main-svg")?.getBoundingClientRect();
  if (!drawn || drawn.right > frame.right + 1) return ["the figure is cut off"];
  const texts = [...figure.querySelectorAll("svg text")]
    .filter((text) => text.textContent.trim() && !text.closest(".modebar"))
    .map((text) => ({ said: text.textContent, box: text.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0);
  const found = [];
  for (const { said, box } of texts)
    if (box.left < frame.left - 0.5 || box.right > frame.right + 0.5 || box.top < frame.top - 0.5 ||
        box.bottom > frame.bottom + 0.5)
      found.push(`${said} is cut off`);
  for (const name of figure.querySelectorAll(".slicetext"))
    if (!name.getBoundingClientRect().width) found.push(`${name.textContent} is hidden`);
  texts.forEach((one, at) => {
    for (const other of texts.slice(at + 1)) {
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (across > 0.5 && down > 3) found.push(`${one.said} lies over ${other.said}`);
    }
  });
  return found;
}
"""

TODAY = date(2026, 12, 1)


@pytest.fixture(autouse=True, scope="session")
def patience() -> None:
    """A busy machine takes its time."""
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def collisions() -> Callable[[Locator], list[str]]:
    """Finds what is cut off or covered among the texts of a figure, once that has found its width."""

    def find(figure: Locator) -> list[str]:
        for _ in range(600):
            if not (found := figure.evaluate(COLLISIONS)):
                return []
            figure.page.wait_for_timeout(50)
        return list(found)

    return find


@pytest.fixture
def keep_picture(page: Page, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keeps a picture of a page under a name, in the folder that `--pictures` names, where it names one.

    It is of the whole page, and of what the window shows where a panel stands before the page.
    """
    folder: str | None = request.config.getoption("--pictures")

    def keep(name: str) -> None:
        if folder is not None:
            whole = page.locator("#panel").is_hidden()
            page.screenshot(path=Path(folder) / f"{name}.jpg", full_page=whole, type="jpeg", quality=70)

    return keep


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of a dashboard over a home."""
    from waitress.server import create_server

    from linkstrata.dashboard.server import build_server

    server = create_server(build_server(settings), host="127.0.0.1", port=0, threads=6)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.task_dispatcher.shutdown(timeout=30)

    def close() -> None:
        for channel in list(server.active_channels.values()):  # what a browser still holds open
            channel.handle_close()
        server.close()

    server.trigger.pull_trigger(close)  # within the server's own thread
    thread.join(timeout=30)
    assert not thread.is_alive()


@pytest.fixture(scope="session")
def serve() -> Callable[[Settings], AbstractContextManager[str]]:
    """Serves a dashboard over a home of a test's own."""
    return served


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


@pytest.fixture(scope="module")
def empty_dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard over a home into which nothing was read yet."""
    home = tmp_path_factory.mktemp("empty") / "home"
    with served(Settings(home=home, root=project_root(), today=TODAY)) as address:
        yield address


@pytest.fixture(scope="session")
def open_page() -> Callable[[Page, str], None]:
    """Opens an address and waits until all of the page is there: its figures are drawn, its grids filled."""
    from playwright.sync_api import expect

    def open_and_wait(page: Page, address: str) -> None:
        page.goto(address)
        expect(page.locator("#page h1")).to_be_visible()
        for unfinished in ("[data-dash-is-loading]", ".figure:not(:has(.main-svg))", ".ag-root:not(:has(.ag-row))"):
            expect(page.locator(unfinished)).to_have_count(0)

    return open_and_wait


@pytest.fixture
def complaints(page: Page) -> Iterator[Callable[[], list[str]]]:
    """What the page complained of so far; the test fails where something is left of it."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield lambda: said
    assert said == []
