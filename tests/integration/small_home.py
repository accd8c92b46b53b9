"""Data homes of a few made-up people, built from exports that a test writes line by line."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from linkstrata.settings import Settings, project_root
from linkstrata.warehouse.connection import read_published
from linkstrata.warehouse.pipeline import ingest
from linkstrata.warehouse.receipts import Options

TODAY = date(2026, 12, 1)
CONNECTIONS = ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")
FOLLOWERS = ("profileUrl", "fullName", "memberId")

Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class Connection:
    """A row of Connections.csv; without a slug one of the years in which exports had no addresses."""

    name: str
    slug: str
    company: str = "Acme"
    email: str = ""
    connected_on: str = "05 Mar 2024"

    @property
    def cells(self) -> tuple[str, ...]:
        first, _, last = self.name.partition(" ")
        return (
            first,
            last,
            address(self.slug) if self.slug else "",
            self.email,
            self.company,
            "Engineer",
            self.connected_on,
        )


@dataclass(frozen=True)
class SmallHome:
    """A data home and its owner."""

    settings: Settings
    owner: str = "mia-owner"

    def connections(self, day: date, people: Sequence[Connection], owner: str | None = None) -> None:
        """Ingests an archive of that day whose connections are these people, and publishes."""
        self.archive(day, {"Connections.csv": [CONNECTIONS, *(person.cells for person in people)]}, owner)

    def archive(
        self,
        day: date,
        members: Mapping[str, Sequence[Sequence[object]]],
        owner: str | None = None,
        written_at: datetime | None = None,
    ) -> None:
        """Ingests an archive of that day with these files, given by their rows, and publishes."""
        path = self.settings.home.parent / f"{owner or self.owner}-Basic_LinkedInDataExport_{day:%m-%d-%Y}.zip"
        written = (written_at or datetime.now()).timetuple()[:6]
        with zipfile.ZipFile(path, "w") as archive:
            for name, rows in members.items():
                text = io.StringIO()
                csv.writer(text, lineterminator="\n").writerows(rows)
                archive.writestr(zipfile.ZipInfo(name, written), text.getvalue())
        self._ingest(path, Options(owner=owner or self.owner, exported_on=day))

    def followers(self, day: date, people: Sequence[tuple[str, str, str]], complete: bool = False) -> None:
        """Ingests a list of followers of that day: address, name and member id of each."""
        path = self.settings.home.parent / f"followers-{day}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([FOLLOWERS, *people])
        self._ingest(path, Options(owner=self.owner, exported_on=day, complete=complete))

    def rows(self, query: str, *values: object) -> Rows:
        """What a query on the published database gives."""
        with read_published(self.settings.published_database) as reader:
            return reader.execute(query, list(values)).fetchall()

    def person_id(self, slug: str) -> str:
        """The person at an address, which may be an older one of theirs."""
        ((person_id,),) = self.rows("select person_id from person_keys where person_key = ?", f"slug:{slug}")
        return str(person_id)

    def _ingest(self, path: Path, options: Options) -> None:
        outcome = ingest(self.settings, (path,), options)
        assert [file.status for file in outcome.files] == ["loaded"], outcome.files


def address(slug: str) -> str:
    return f"https://www.linkedin.com/in/{slug}"


def empty_home(folder: Path) -> SmallHome:
    return SmallHome(Settings(home=folder / "home", root=project_root(), today=TODAY))
