"""How long work tells what it is doing: a callback that the command line draws and tests ignore."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str], None]
"""Called with one short line ("reading messages.csv") when a step begins."""


def silent(_step: str) -> None:
    """Tells nobody."""
