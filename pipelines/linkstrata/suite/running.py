"""Runs the notebooks one after another in one kernel, emptied in between, and writes each as a page."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from linkstrata.settings import HOME_VARIABLE, Settings
from linkstrata.suite.pages import write_contents, write_page
from linkstrata.warehouse.connection import read_published

PARAMETERS = "parameters"
"""The tag of the cell behind which the parameters given are put, as papermill does."""

SECONDS_A_CELL = 600

# Each notebook finds the kernel as a new one: no variables, no answers, extensions to be loaded again.
_EMPTY = "get_ipython().reset()\nget_ipython().extension_manager.loaded.clear()"


class UnknownOwner(Exception):
    """Nothing is published for this owner; the one line names those who are known."""


class SuiteFailed(Exception):
    """Some notebooks did not run to their end; the one line says which and why. The others are written."""


@dataclass(frozen=True)
class Progressed:
    """A cell was run: `done` of `cells` in the `number`th of `notebooks`."""

    name: str
    number: int
    notebooks: int
    done: int
    cells: int


def notebook_paths(folder: Path) -> list[Path]:
    """The notebooks of the suite, in their order."""
    return sorted(folder.glob("[0-9][0-9]_*.ipynb"))


def run_suite(
    settings: Settings,
    owner: str | None = None,
    since: date | None = None,
    tell: Callable[[Progressed], None] = lambda progressed: None,
) -> Path:
    """Runs every notebook, for `owner` and from the day `since` on where given, and writes each as a page.

    The pages are in the home's reports/notebooks/, each in place of an older one; gives the one that lists the others.
    Raises NotPublished where there is nothing to ask, UnknownOwner, and SuiteFailed once all are run.
    """
    _require_owner(settings, owner)
    given = {"owner": owner, "since": since.isoformat() if since else None}
    parameters = {name: value for name, value in given.items() if value is not None}
    folder = settings.reports / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_run_all(settings, parameters, folder, tell))


def _require_owner(settings: Settings, owner: str | None) -> None:
    with read_published(settings.published_database) as connection:
        known = [row[0] for row in connection.execute("select distinct owner from contacts order by owner").fetchall()]
    if owner is not None and owner not in known:
        raise UnknownOwner(f"{owner}: nothing is published for this owner; known: {', '.join(known) or 'nobody yet'}")


async def _run_all(
    settings: Settings, parameters: Mapping[str, str], folder: Path, tell: Callable[[Progressed], None]
) -> Path:
    paths = notebook_paths(settings.notebooks)
    failed: dict[str, str] = {}
    async with kernel(settings.home) as execute:
        for number, path in enumerate(paths, start=1):
            notebook = with_parameters(nbformat.read(path, as_version=4), parameters)  # type: ignore[no-untyped-call]
            progressed = Progressed(path.stem, number, len(paths), 0, len(notebook.cells))
            try:
                await execute(notebook, progressed, tell)
            except (CellExecutionError, DeadKernelError, TimeoutError) as error:
                failed[path.stem] = " ".join(getattr(error, "evalue", str(error)).split())[:300]
            else:
                write_page(notebook, folder / f"{path.stem}.html")
    contents = write_contents(folder, [path.stem for path in paths])
    if failed:
        said = "; ".join(f"{name}: {why}" for name, why in failed.items())
        raise SuiteFailed(f"{said} (the other notebooks are written: {contents})")
    return contents


def with_parameters(notebook: nbformat.NotebookNode, parameters: Mapping[str, Any]) -> nbformat.NotebookNode:
    """The notebook with a cell behind the one tagged `parameters` that sets the given ones."""
    if parameters:
        at = next(number for number, cell in enumerate(notebook.cells) if PARAMETERS in cell.metadata.get("tags", []))
        lines = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
        notebook.cells.insert(at + 1, nbformat.v4.new_code_cell(lines))  # type: ignore[no-untyped-call]
    return notebook


Execute = Callable[[nbformat.NotebookNode, Progressed, Callable[[Progressed], None]], Any]


@asynccontextmanager
async def kernel(home: Path) -> AsyncIterator[Execute]:
    """A kernel of this very Python that asks the given home; gives what runs a notebook in it, outputs put in place.

    The kernel keeps no history of what was run, for that is outside the home.
    """
    # Without folders of kernels the manager finds the native one, whatever a person has registered as python3.
    specs = KernelSpecManager(kernel_dirs=[])
    with tempfile.TemporaryDirectory() as workplace:
        # Over sockets in a folder of its own: nothing else on this machine can listen.
        manager = AsyncKernelManager(
            kernel_name=NATIVE_KERNEL_NAME,
            kernel_spec_manager=specs,
            transport="ipc",
            connection_file=str(Path(workplace) / "kernel.json"),
        )
        await manager.start_kernel(
            cwd=workplace,
            env=os.environ | {HOME_VARIABLE: str(home)},
            extra_arguments=["--HistoryManager.enabled=False"],
        )
        client = manager.client()
        try:
            client.start_channels()
            await client.wait_for_ready(timeout=60)

            async def execute(
                notebook: nbformat.NotebookNode, progressed: Progressed, tell: Callable[[Progressed], None]
            ) -> None:
                def after(cell: Any, cell_index: int, **_: Any) -> None:
                    done = cell_index + 1
                    tell(Progressed(progressed.name, progressed.number, progressed.notebooks, done, progressed.cells))

                await client.execute_interactive(_EMPTY, store_history=False, timeout=60)
                runner = NotebookClient(notebook, km=manager, timeout=SECONDS_A_CELL, on_cell_complete=after)
                runner.kc = client
                await runner.async_execute()

            yield execute
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)
