"""What the published tables say of files that are out of the ordinary: one home, an owner for each of them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from linkstrata.settings import Settings, project_root
from linkstrata.warehouse.connection import read_published
from linkstrata.warehouse.pipeline import Request, Session
from linkstrata.warehouse.receipts import Options

IN = "https://www.linkedin.com/in/"
CONNECTIONS = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"

Rows = list[tuple[object, ...]]


class Home:
    """A data home: files are handed over one by one and built together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(home=folder / "home", root=project_root(), today=date(2026, 12, 1))
        self.given: list[Request] = []

    def add(self, owner: str, day: str, name: str, header: str, *rows: Sequence[str], complete: bool = False) -> None:
        """A file of an owner and a day; of a .zip, the header is that of its Connections.csv."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header.split(","), *rows])
        path = self.folder / f"{len(self.given)}" / name
        path.parent.mkdir()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("Connections.csv", text.getvalue())
        else:
            path.write_text(text.getvalue(), encoding="utf-8")
        self.given.append(Request((path,), Options(owner, date.fromisoformat(day), complete)))

    def build(self) -> None:
        with Session(self.settings) as session:
            statuses = [file.status for request in self.given for file in session.load(request).files]
            session.build()
        assert set(statuses) == {"loaded"}

    def rows(self, query: str) -> Rows:
        with read_published(self.settings.published_database) as reader:
            return reader.execute(query).fetchall()


def person(name: str, slug: str, company: str = "Acme", connected_on: str = "05 Mar 2020") -> Sequence[str]:
    first, _, last = name.partition(" ")
    return first, last, IN + slug, "", company, "Engineer", connected_on


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("contract"))
    home.add("header", "2024-01-10", "Connections.csv", CONNECTIONS)
    home.add("undated", "2024-01-10", "Connections.csv", CONNECTIONS, person("Una Dated", "una", connected_on=""))
    home.add("names", "2024-01-10", "Connections.csv", CONNECTIONS, person("Only", "only"), person(" Last", "last"))
    home.add("list", "2024-01-10", "Connections.csv", CONNECTIONS, person("Ada Quill", "ada"), person("Bo Fern", "bo"))
    home.add("list", "2024-02-10", "people.csv", "profileUrl,fullName", (IN + "ada", "Ada Quill"), complete=True)
    home.build()
    return home


def test_a_file_of_a_header_alone_says_nothing_and_stops_nothing(home: Home) -> None:
    assert home.rows("select status, row_count from archives where owner = 'header'") == [("loaded", 0)]
    files = "select f.status, rows_in_file, rows_loaded from archive_files as f join archives using (archive_id)"
    assert home.rows(f"{files} where owner = 'header'") == [("empty", 0, 0)]


def test_a_connection_without_a_day_is_one_all_the_same(home: Home) -> None:
    (contact,) = home.rows("select segment, is_connection, connected_on from contacts where owner = 'undated'")
    assert contact == ("connection_and_follower", True, None)
    assert home.rows("select max(connections) from audience_daily where owner = 'undated'") == [(1,)]


@pytest.mark.parametrize("table", ["contacts", "contacts_as_of(date '2024-01-10')"])
def test_names_in_one_part_stay_in_their_column(home: Home, table: str) -> None:
    names = home.rows(f"select full_name, first_name, last_name from {table} where owner = 'names' order by all")
    assert names == [("Last", None, "Last"), ("Only", "Only", None)]


def test_a_list_said_to_be_complete_is_one_of_followers_whatever_its_name(home: Home) -> None:
    source = home.rows("select source, complete from archives where owner = 'list' and exported_on = '2024-02-10'")
    assert source == [("follower_list", True)]
    states = home.rows("select full_name, follows_me, segment from contacts where owner = 'list' order by full_name")
    assert states == [("Ada Quill", "yes", "connection_and_follower"), ("Bo Fern", "no", "connection_only")]
