"""Kills two processes again and again while they write edits, and proves that none that was acknowledged is lost or
doubled.

    killed_edits.py [--edits 1000] [--seed 1]

Each writer makes edits with numbers of its own, tags and notes in turn, and says a number once its edit is
acknowledged. It is killed with SIGKILL at a random moment and begun anew behind the last number that it said, or may
have been at. Afterwards each number that was said must be in the state once, each that was not once at most, and the
state must be what the log adds up to. Prints what it found; ends with status 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

WRITER = """
import random
import sys
import time
from datetime import date
from pathlib import Path
from linkstrata.curation.store import Person, Store

path, name, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
person = Person("owner", "p1", (f"slug:{name}",))
with Store(path) as store:
    while True:
        said = f"{name} {number}"
        edit = store.add_note([person], said) if number % 2 else store.tag(said, [person], date(2026, 1, 1))
        assert edit is not None
        print(number, flush=True)
        number += 1
        time.sleep(random.random() / 100)
"""


class Writer:
    """One process after the other that writes edits under one name."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.begun_at: list[int] = []
        self.acknowledged: set[int] = set()
        self.begin(0)

    def begin(self, number: int) -> None:
        self.begun_at.append(number)
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER, self.path, self.name, str(number)], stdout=subprocess.PIPE, text=True
        )

    def kill(self) -> None:
        """Kills the process, whatever it does at the moment, and takes note of what it had said by then."""
        self.process.kill()
        said, _ = self.process.communicate()
        whole = said[: said.rfind("\n") + 1]
        self.acknowledged |= {int(line) for line in whole.split()}

    def go_on(self) -> None:
        """The edit behind the last acknowledged one may be in the store or not: its number is not used again."""
        last = max(self.acknowledged, default=-1)
        self.begin(max(last + 2, self.begun_at[-1] + 1))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from linkstrata.curation.store import Store
    from linkstrata.curation.tables import STATE

    chance = random.Random(options.seed)
    kills = 0
    with tempfile.TemporaryDirectory(prefix="linkstrata-killed-") as folder:
        path = Path(folder) / "curation.sqlite"
        writers = [Writer(path, name) for name in ("one", "two")]
        while True:
            time.sleep(0.15 + chance.random() * 0.35)
            one = chance.choice(writers)
            one.kill()
            kills += 1
            if sum(len(writer.acknowledged) for writer in writers) >= options.edits:
                break
            one.go_on()
        next(writer for writer in writers if writer is not one).kill()
        acknowledged = {f"{writer.name} {number}" for writer in writers for number in writer.acknowledged}
        with Store(path) as store:
            sound = store.connection.execute("pragma integrity_check").fetchall() == [("ok",)]
            kept = Counter(
                [str(row[3]) for row in store.rows("notes")] + [str(row[0]) for row in store.rows("taggings")]
            )
            added_up: dict[str, list[tuple[object, ...]]] = {table: [] for table in STATE}
            for edit in store.log():
                for table, rows in edit.added.items():
                    added_up[table] += rows
            same = all(sorted(added_up[table]) == sorted(store.rows(table)) for table in STATE)
    lost = acknowledged - kept.keys()
    doubled = [said for said, count in kept.items() if count > 1]
    print(
        f"{len(acknowledged):,} edits acknowledged by two processes, {kills:,} kills, {len(kept) - len(acknowledged)} "
        f"edits kept whose acknowledgement the kill cut off, {len(lost)} lost, {len(doubled)} doubled; "
        f"the file is {'sound' if sound else 'DAMAGED'}, the log {'adds up' if same else 'DOES NOT ADD UP'}"
    )
    return 0 if not lost and not doubled and sound and same else 1


if __name__ == "__main__":
    sys.exit(main())
