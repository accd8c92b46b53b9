"""The suite run by one command: a page for each notebook, the rest written where one fails, and nothing reached."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from small_home import TODAY, Connection, empty_home

from linkstrata.settings import Settings
from linkstrata.suite.running import Progressed, SuiteFailed, UnknownOwner, run_suite

if TYPE_CHECKING:
    from playwright.sync_api import Page

FIGURE = """%load_ext linkstrata.notebook
import plotly.graph_objects as go
from linkstrata.notebook import show, sql
from linkstrata.charts.people import ranking
show(ranking(sql("select full_name as name, 1 as people from contacts where owner = $owner", owner=owner)))
sql("select full_name, connected_on from contacts where owner = $owner and connected_on >= $since::date",
    owner=owner, since=since)
"""


def write_notebook(folder: Path, name: str, title: str, code: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    cells = [
        nbformat.v4.new_markdown_cell(f"# {title}"),
        nbformat.v4.new_code_cell("owner = None\nsince = None", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(code),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{name}.ipynb")


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with one connection, whose name is markup, and notebooks of the test's own of which the second fails."""
    folder = tmp_path_factory.mktemp("suite")
    home = empty_home(folder)
    home.connections(date(2026, 11, 20), [Connection("<b>Ada</b> Ilexar", "ada-ilexar")])
    root = folder / "checkout"
    write_notebook(root / "notebooks", "01_who", "Who is there?", FIGURE)
    write_notebook(root / "notebooks", "02_wrong", "What breaks?", "assert owner == 'mia-owner'\n1 / 0")
    write_notebook(root / "notebooks", "03_alone", "Is anything left over?", "'owner' in dir(), 'ranking' in dir()")
    return Settings(home=home.settings.home, root=root, today=TODAY)


@pytest.fixture(scope="module")
def pages(suite: Settings) -> Path:
    """The folder of the pages; what the run said along the way is checked here."""
    told: list[Progressed] = []
    with pytest.raises(SuiteFailed, match=r"02_wrong: division by zero \(the other notebooks are written: "):
        run_suite(suite, "mia-owner", date(2024, 1, 1), told.append)
    assert [(one.name, one.done) for one in told if one.done == one.cells] == [
        ("01_who", 4),
        ("02_wrong", 4),
        ("03_alone", 4),
    ]
    return suite.reports / "notebooks"


def test_each_notebook_that_runs_is_a_page_and_the_list_names_those(pages: Path) -> None:
    assert sorted(path.name for path in pages.iterdir()) == ["01_who.html", "03_alone.html", "index.html"]
    contents = (pages / "index.html").read_text(encoding="utf-8")
    assert "Who is there?" in contents
    assert "What breaks?" not in contents
    assert "(True, False)" in (pages / "03_alone.html").read_text(encoding="utf-8")


def test_an_unknown_owner_is_told_who_is_known(suite: Settings) -> None:
    with pytest.raises(UnknownOwner, match=r"^zoe: nothing is published for this owner; known: mia-owner$"):
        run_suite(suite, "zoe")


@pytest.mark.browser
def test_a_page_draws_offline_and_takes_no_name_for_markup(pages: Path, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((pages / "01_who.html").as_uri())
    page.wait_for_selector(".figure .main-svg")
    assert page.locator("table.frame tbody tr").all_inner_texts() == ["<b>Ada</b> Ilexar\t2024-03-05"]
    assert page.locator("table.frame b").count() == 0
    assert page.locator("[data-title*='hare'], [data-title*='loud']").count() == 0
    assert complaints == []
