"""JupyterLab over the notebooks: on this machine only, asking nobody for anything, its own files inside the data home.

As it comes, JupyterLab fetches news, looks for updates, installs extensions, proposes to build itself anew and keeps
what every cell printed; none of that happens here.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from linkstrata.settings import HOME_VARIABLE, Settings

CONFIGURATION = Path(__file__).with_name("jupyter_config.py")

PAGE = {
    # Dash ships an extension in an old form, which JupyterLab wants to build itself anew for, with downloads.
    "buildAvailable": False,
    "buildCheck": False,
    # It would ask whether to fetch news, even where there is nothing to fetch them from.
    "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True},
}


def serve_lab(settings: Settings, port: int, opens_browser: bool) -> None:
    """Serves JupyterLab on 127.0.0.1 over the notebooks, for the home's published file; does not return."""
    folder = settings.home / ".jupyter"
    _write(folder / "config" / "labconfig" / "page_config.json", json.dumps(PAGE))
    # What was typed into cells would otherwise be kept in a history.
    _write(
        folder / "ipython" / "profile_default" / "ipython_config.py", "get_config().HistoryManager.enabled = False\n"
    )
    places = {
        HOME_VARIABLE: settings.home,
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "IPYTHONDIR": folder / "ipython",
        "NPM_CONFIG_CACHE": folder / "npm",  # where there is an npm, it is asked for its settings, and writes a log
    }
    options = [f"--config={CONFIGURATION}", f"--notebook-dir={settings.notebooks}", f"--port={port}"]
    options += [] if opens_browser else ["--no-browser"]
    environment = os.environ | {name: str(place) for name, place in places.items()}
    os.execve(sys.executable, [sys.executable, "-m", "jupyterlab", *options], environment)


def without_outputs(model: dict[str, Any], **_: Any) -> None:
    """Before a notebook is saved: takes out what its cells gave, for that is other people's data."""
    if model["type"] == "notebook":
        for cell in model["content"]["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = []
                cell["execution_count"] = None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
