"""What lies in the inbox, and which of it has settled. Looks at names, sizes and times; opens nothing, no Dagster.

A file that is still being copied or downloaded keeps changing its size or time, so an entry counts as settled once two
looks in a row found it the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".opdownload", ".tmp")
"""How browsers and copying tools end the name of a file that they have not finished."""


def look(inbox: Path) -> dict[str, Path]:
    """The entries of the inbox (files, or folders as a whole) by their state.

    A state is a digest of an entry's name and of the size and times of everything in it: any change gives another one,
    and so does dropping the same file again. It tells nothing about the name, so it may be kept in logs.
    """
    return {_state(entry): entry for entry in _entries(inbox)}


def settled(now: Mapping[str, Path], before: frozenset[str]) -> dict[str, Path]:
    """Those of the entries seen `now` whose state an earlier look found too."""
    return {state: entry for state, entry in now.items() if state in before}


def _entries(inbox: Path) -> Iterator[Path]:
    for entry in sorted(inbox.iterdir()) if inbox.is_dir() else ():
        hidden = entry.name.startswith((".", "~$"))
        # An empty file is how some browsers hold the place of a download.
        try:
            begun = entry.is_dir() or entry.stat().st_size > 0
        except OSError:  # gone since, or a link that leads nowhere
            continue
        if begun and not hidden and not entry.name.casefold().endswith(UNFINISHED):
            yield entry


def _state(entry: Path) -> str:
    digest = hashlib.sha256()
    members = [entry, *sorted(entry.rglob("*"))] if entry.is_dir() else [entry]
    for member in members:
        try:
            found = member.stat()
        except OSError:
            continue
        digest.update(repr((member.name, found.st_size, found.st_mtime_ns, found.st_ctime_ns)).encode())
    return digest.hexdigest()
