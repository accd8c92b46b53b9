"""Files dropped into a page: into the inbox, and from there through the pipeline, in a process of its own.

A process, because reading exports takes memory that a dashboard should not keep. What ingesting does is the
pipeline's matter.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

from linkstrata.settings import Settings

CHUNK = 1 << 20


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    name: str
    status: str
    reason: str | None


@dataclass
class Ingesting:
    """The ingest that was started from the pages: whether it runs, its last step, and what came of it."""

    running: bool = False
    step: str = ""
    failure: str = ""
    outcomes: Sequence[Outcome] = ()
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, settings: Settings) -> bool:
        """Ingests what lies in the inbox; False where that is going on already."""
        with self.lock:
            if self.running:
                return False
            self.running, self.step, self.failure, self.outcomes = True, "starting", "", ()
        threading.Thread(target=self._follow, args=(settings,), daemon=True).start()
        return True

    def _follow(self, settings: Settings) -> None:
        processes = multiprocessing.get_context("spawn")
        receiver, sender = processes.Pipe(duplex=False)
        process = processes.Process(target=_ingest, args=(settings, sender), daemon=True)
        process.start()
        sender.close()
        try:
            while True:
                kind, said = receiver.recv()
                match kind:
                    case "step":
                        self.step = said
                    case "failed":
                        self.failure = said
                    case "done":
                        self.outcomes = said
        except EOFError:
            process.join()
            if process.exitcode and not self.failure:
                self.failure = "reading stopped before its end; drop the files again to go on"
        self.running = False


def _ingest(settings: Settings, sender: Connection) -> None:
    """Runs in the other process."""
    from linkstrata.warehouse.pipeline import ingest

    try:
        outcome = ingest(settings, (settings.inbox,), progress=lambda step: sender.send(("step", step)))
        said = [Outcome(each.path.name, each.status, each.reason) for each in outcome.files]
        sender.send(("done", said))
    except Exception as error:
        sender.send(("failed", " ".join(str(error).split())))


def receive(settings: Settings, name: str, content: IO[bytes]) -> Path:
    """Writes a file that a page sends into the inbox, whole or not at all. Raises ValueError where it has no name."""
    plain = Path(name.replace("\\", "/")).name
    if not plain or plain.startswith(".") or not plain.isprintable():
        raise ValueError("the file has no name that can be kept")
    settings.create_folders()
    target = settings.inbox / plain
    unfinished = settings.inbox / f".{plain}.unfinished"
    try:
        with unfinished.open("wb") as file:
            while chunk := content.read(CHUNK):
                file.write(chunk)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target
