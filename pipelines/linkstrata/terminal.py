"""What all commands share: the option that names the data home, and what is shown while one works."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

from linkstrata.progress import Progress
from linkstrata.settings import settings_from_environment


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command --data and passes it the settings of that home. On a group it goes for each command in it."""

    @click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        help="The data home; over LINKSTRATA_DATA, which is over data/ in the checkout.",
    )
    @wraps(command)
    def with_settings(data: Path | None, **arguments: Any) -> Any:
        context = click.get_current_context()
        context.obj = data or context.obj
        return command(settings_from_environment(context.obj), **arguments)

    return with_settings


def slug(owner: str) -> str:
    """The type of --owner: takes a member's slug, or their profile's address, in any spelling. Gives the slug."""
    from linkstrata.exports.addresses import parse_slug

    if not (found := parse_slug(owner)):
        raise click.UsageError(f"--owner {owner}: no slug; give the last part of their profile address, or the address")
    return found


def read_typed(file: Path) -> str:
    """What a person typed into a file: UTF-8, or UTF-16 as some editors write it, with a mark in front that says so."""
    typed = file.read_bytes()
    try:
        return typed.decode("utf-16" if typed.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(f"{file}: is no text in UTF-8; save it as such") from None


@contextmanager
def drawn_progress() -> Iterator[Progress]:
    """Draws what is going on where a person watches; says nothing into a file or pipe."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as drawn:
        yield lambda step: drawn.update(step)
