"""`linkstrata notebooks …`: arguments and what a person reads while the suite runs. What runs is in running.py."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

from linkstrata.settings import Settings
from linkstrata.terminal import data_option, slug

if TYPE_CHECKING:
    from linkstrata.suite.running import Progressed


@click.group()
def notebooks() -> None:
    """The notebook suite: run it as a whole into pages to read. `make lab` opens it to work with."""


@notebooks.command()
@click.option("--owner", type=slug, help="Whose exports; the first owner if left out.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The first day to look at.")
@data_option
def run(settings: Settings, owner: str | None, since: datetime | None) -> None:
    """Run every notebook and write each as an HTML page under reports/notebooks/."""
    from linkstrata.suite.running import run_suite

    with _drawn_bar() as tell:
        contents = run_suite(settings, owner, since.date() if since else None, tell)
    click.echo(f"wrote {contents}")


@contextmanager
def _drawn_bar() -> Iterator[Callable[[Progressed], None]]:
    """A bar over all notebooks where a person watches; nothing into a file or pipe."""
    if not sys.stderr.isatty():
        yield lambda progressed: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("starting", total=None)

        def tell(progressed: Progressed) -> None:
            finished = progressed.number - 1 + progressed.done / progressed.cells
            bar.update(task, description=progressed.name, completed=finished, total=progressed.notebooks)

        yield tell
