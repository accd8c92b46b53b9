"""The one lock that guards a data home: a second writer waits, and says for whom.

Readers never take it; they attach the published file, which is only ever replaced whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from linkstrata.settings import Settings


@contextmanager
def home_lock(settings: Settings, purpose: str, on_wait: Callable[[str], None] = lambda holder: None) -> Iterator[None]:
    """Holds the home for one writer; `on_wait` is called once with who holds it, if someone does.

    The operating system frees the lock when its holder dies, so a killed run blocks nobody.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.lock_file)
    holder = settings.home / ".lock-holder"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        on_wait(holder.read_text(encoding="utf-8").strip() if holder.exists() else "another linkstrata process")
        lock.acquire()
    try:
        holder.write_text(f"{purpose} (process {os.getpid()})\n", encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def is_held(settings: Settings) -> bool:
    """Whether anybody holds the home at this moment. Waits for nobody."""
    lock = FileLock(settings.lock_file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False
