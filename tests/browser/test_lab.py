"""JupyterLab as `linkstrata lab` starts it: notebooks run by clicking, figures draw, nothing is kept or reached."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linkstrata.settings import project_root

if TYPE_CHECKING:
    from playwright.sync_api import Page

NOTEBOOK = "02_connections_and_followers.ipynb"

START = """
import sys
from datetime import date
from pathlib import Path
from linkstrata.settings import Settings
from linkstrata.suite.lab import serve_lab
serve_lab(Settings(Path(sys.argv[1]), Path(sys.argv[2]), date(2026, 12, 1)), 0, opens_browser=False)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout of which JupyterLab may save the notebooks."""
    shutil.copytree(project_root() / "notebooks", tmp_path / "checkout" / "notebooks")
    return tmp_path / "checkout"


@pytest.fixture
def lab(sample_home: Path, root: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a running JupyterLab, its token included."""
    home = tmp_path / "home"
    shutil.copytree(sample_home / "warehouse", home / "warehouse")
    said = tmp_path / "said"
    with said.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-c", START, home, root],
            stdout=output,
            stderr=output,
            env=os.environ | {"HOME": str(tmp_path / "elsewhere")},
            start_new_session=True,
        )
    try:
        until = time.monotonic() + 60
        while not (address := re.search(r"http://127\.0\.0\.1:\d+/lab\?token=\w+", said.read_text())):
            assert server.poll() is None and time.monotonic() < until, said.read_text()
            time.sleep(0.1)
        yield address[0]
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    assert list((tmp_path / "elsewhere").rglob("*")) == []


@pytest.mark.browser
def test_a_notebook_runs_by_clicking_and_keeps_nothing_of_what_it_showed(lab: str, root: Path, page: Page) -> None:
    page.set_default_timeout(60_000)
    page.goto(lab.replace("/lab?", f"/lab/tree/{NOTEBOOK}?"))
    page.get_by_text(re.compile(r"\| Idle$")).first.wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function("document.querySelectorAll('.jp-Notebook .js-plotly-plot .main-svg').length >= 2")
    page.get_by_text("At least 569 follow without being connected.").wait_for()
    offered = page.locator(".modebar-btn").evaluate_all("all => all.map(one => one.getAttribute('data-title'))")
    assert set(offered) == {"Download plot as a PNG"}
    assert page.get_by_role("dialog").count() == 0
    assert page.locator(".Toastify__toast").count() == 0

    page.locator(".jp-CodeCell .cm-content:visible").first.click()
    page.keyboard.type("# mine\n")
    page.keyboard.press("Control+s")
    path = root / "notebooks" / NOTEBOOK
    until = time.monotonic() + 30
    while "# mine" not in path.read_text(encoding="utf-8"):
        assert time.monotonic() < until
        time.sleep(0.1)
    saved = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in saved["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
