"""Forgetting somebody: not a byte of them is left in the data home, everybody else is, and no file brings them back."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest
import xlsxwriter
from click.testing import CliRunner
from small_home import TODAY, Connection, empty_home

from linkstrata.cli import commands
from linkstrata.curation.backup import write_backup
from linkstrata.curation.corrections import add_contact
from linkstrata.curation.file import CurationError
from linkstrata.curation.people import people_at
from linkstrata.curation.store import Store
from linkstrata.forgetting import erasure
from linkstrata.settings import Settings, project_root
from linkstrata.warehouse.connection import open_build, read_published
from linkstrata.warehouse.pipeline import Request, Session, ingest
from linkstrata.warehouse.receipts import Options

pytestmark = pytest.mark.long

SLUG = "timérro-bransund-63240043"
NAME = "Timérro Bransund"
EMAIL = "timerro.b@example.org"
ADDRESS = f"https://www.linkedin.com/in/{SLUG}"
ENCODED = f"https://www.linkedin.com/in/{quote(SLUG)}"
MEMBER_ID = "ACoAAB12345forgotten"
OWNER = "mia-owner"
OWNER_URL = f"https://www.linkedin.com/in/{OWNER}"

NEEDLES = (NAME, "Bransund", SLUG, quote(SLUG), quote(SLUG).lower(), EMAIL, MEMBER_ID, "bransund")
"""No other contact bears a part of the name, so the parts are looked for too."""

OTHERS = {
    "ada-berg": "Ada Berg",
    "bo-chen": "Bo Chen",
    "cy-bransound": "Cy Bransound",
    "timerro-other": "Timérro Other",
}


def rows(*lines: tuple[object, ...], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(lines)
    return text.getvalue()


def connections(with_address: bool = True) -> str:
    header = ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")
    people = [
        (*name.split(" "), f"https://www.linkedin.com/in/{slug}", "", "Acme", "Engineer", "05 Mar 2024")
        for slug, name in OTHERS.items()
    ]
    theirs = ("Timérro", "Bransund, MBA", ENCODED, EMAIL, "Globex", "Chief Timer", "07 Mar 2024")
    hidden = ("", "", "", "", "", "", "01 Jan 2020")
    lines = [header, *people[:2], theirs, *people[2:], hidden]
    if not with_address:
        lines = [(*line[:2], *line[3:]) for line in lines]
    return 'Notes:\n"When exporting, addresses may be missing."\n\n' + rows(*lines)


def messages() -> str:
    header = (
        "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,"
        "DATE,SUBJECT,CONTENT,FOLDER"
    )
    me, ada = ("Mia Owner", OWNER_URL), ("Ada Berg", "https://www.linkedin.com/in/ada-berg")
    them = (NAME, ADDRESS)

    def line(
        talk: str, sender: tuple[str, str], to: list[tuple[str, str]], minute: int, content: str
    ) -> tuple[str, ...]:
        names, urls = ",".join(name for name, _ in to), ",".join(url for _, url in to)
        return (
            talk,
            NAME if talk == "c3" else "",
            *sender,
            names,
            urls,
            f"2025-04-0{minute} 10:00:00 UTC",
            "",
            content,
            "INBOX",
        )

    return (
        header
        + "\n"
        + rows(
            line("c1", me, [them], 1, "Hello Timérro"),
            line("c1", them, [me], 2, "Hello Mia, it is Timérro Bransund here"),
            line("c2", ada, [me], 3, f"Do you know TIMÉRRO BRANSUND's mail, <p>{EMAIL}</p> or {ENCODED}?"),
            line("c2", me, [ada], 4, "Yes: Timérro Bransund, see linkedin.com/in/" + SLUG),
            line("c3", ada, [me, them], 5, "Hello both"),
            line("c3", me, [ada, them], 6, "Hello"),
            line("c4", me, [ada], 7, "Timérro is a fine name, is it not?"),
        )
    )


def archive_one() -> bytes:
    """A large archive with the person in every file that can name one, in several encodings."""
    full = "2025-05-01 10:00:00"
    files = {
        "Connections.csv": connections(),
        "messages.csv": messages(),
        "Invitations.csv": rows(
            ("From", "To", "Sent At", "Message", "Direction", "inviterProfileUrl", "inviteeProfileUrl"),
            (NAME, "Mia Owner", "3/5/24, 7:05 AM", "It is Timérro Bransund", "INCOMING", ADDRESS, OWNER_URL),
            (
                "Mia Owner",
                "Bo Chen",
                "3/6/24, 7:05 AM",
                "",
                "OUTGOING",
                OWNER_URL,
                "https://www.linkedin.com/in/bo-chen",
            ),
        ),
        "Member_Follows.csv": rows(
            ("Date", "Status", "FullName"), (full, "Active", NAME), (full, "Active", "Ada Berg")
        ),
        "Endorsement_Received_Info.csv": rows(
            (
                "Endorsement Date",
                "Skill Name",
                "Endorser First Name",
                "Endorser Last Name",
                "Endorser Public Url",
                "Endorsement Status",
            ),
            ("2024/05/01 10:00:00 UTC", "SQL", "Timérro", "Bransund", f"www.linkedin.com/in/{SLUG}", "ACCEPTED"),
            ("2024/05/02 10:00:00 UTC", "SQL", "Ada", "Berg", "www.linkedin.com/in/ada-berg", "ACCEPTED"),
        ),
        "Recommendations_Received.csv": rows(
            ("First Name", "Last Name", "Company", "Job Title", "Text", "Creation Date", "Status"),
            ("Timérro", "Bransund", "Globex", "Chief Timer", "Mia is good", "05/01/24, 10:00 AM", "VISIBLE"),
            ("Bo", "Chen", "Acme", "Engineer", "As Timérro Bransund says: good", "05/02/24, 10:00 AM", "VISIBLE"),
        ),
        "Shares.csv": rows(
            ("Date", "ShareLink", "ShareCommentary", "SharedUrl", "MediaUrl", "Visibility"),
            (
                full,
                "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7",
                "With\nTimérro Bransund!",
                "",
                "",
                "PUBLIC",
            ),
        ),
        "Comments.csv": f"Date,Link,Message\n{full},https://www.linkedin.com/feed/update/urn:li:activity:8,"
        "Thanks Timérro\nBransund\n",
        "SearchQueries.csv": rows(("Time", "Search Query"), ("2025/04/01 10:00:00 UTC", "timérro bransund")),
        "Contacts.csv": rows(
            ("Source", "FirstName", "LastName", "Emails", "PhoneNumbers", "FullName", "Profiles"),
            ("GOOGLE_CONTACTS", "Timérro", "Bransund", EMAIL, "+1", NAME, ""),
            ("GOOGLE_CONTACTS", "Ada", "Berg", "ada@example.org", "+2", "Ada Berg", ""),
        ),
        "Strange New File.csv": rows(("Who", "What"), (NAME, "x"), ("Ada Berg", f"{NAME}, y")),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 5, 1, 10, 0, 0)), text.encode())
        old = rows(("Endorsement Date", "Skill Name", "Endorser First Name", "Endorser Last Name", "Endorsement Status",
                    "Display Status"),
                   ("2023/05/01 10:00:00 UTC", "Go", "Timérro", "Bransund", "Accepted", "x"),
                   ("2023/05/01 10:00:00 UTC", "Go", "Bo", "Chen", "Accepted", "x"), delimiter="\t")  # fmt: skip
        archive.writestr("Endorsement Received Info.csv", b"\xff\xfe" + old.encode("utf-16-le"))
    return packed.getvalue()


def write_files(folder: Path) -> list[Path]:
    """Everything a member may have: archives, an Excel list, a list with ids, a snapshot, a saved page, a folder."""
    folder.mkdir()
    (folder / "Complete_LinkedInDataExport_05-01-2025.zip").write_bytes(archive_one())
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("Connections.csv", connections(with_address=False).encode("cp1252"))
    with zipfile.ZipFile(folder / "Basic_LinkedInDataExport_06-01-2025.zip.zip", "w") as archive:
        archive.writestr("Basic_LinkedInDataExport_06-01-2025.zip", inner.getvalue())
    unpacked = folder / "Basic_LinkedInDataExport_07-01-2025"
    unpacked.mkdir()
    (unpacked / "Connections.csv").write_text(connections(), encoding="utf-8")
    (folder / "followers 2025-07-02.csv").write_text(
        rows(
            ("profileUrl", "fullName", "memberId"),
            (f"https://www.linkedin.com/in/{MEMBER_ID}", NAME, ""),
            (ADDRESS, NAME, MEMBER_ID),
            ("https://www.linkedin.com/in/ada-berg", "Ada Berg", ""),
        )
    )
    with xlsxwriter.Workbook(str(folder / "followers 2025-07-03.xlsx")) as workbook:
        sheet = workbook.add_worksheet("Followers")
        for number, line in enumerate(
            [("profileUrl", "fullName"), (ADDRESS, NAME), ("https://www.linkedin.com/in/bo-chen", "Bo Chen")]
        ):
            sheet.write_row(number, 0, line)
    snapshot = {"elements": [{"snapshotDomain": "CONNECTIONS", "snapshotData": [
        {"First Name": "Timérro", "Last Name": "Bransund", "URL": ENCODED, "Email Address": EMAIL, "Company": "Globex",
         "Position": "Chief Timer", "Connected On": "07 Mar 2024"},
        {"First Name": "Ada", "Last Name": "Berg", "URL": "https://www.linkedin.com/in/ada-berg", "Email Address": "",
         "Company": "Acme", "Position": "Engineer", "Connected On": "05 Mar 2024"},
    ]}], "paging": {"total": 1}}  # fmt: skip
    (folder / "snapshot 2025-08-01.json").write_text(json.dumps(snapshot), encoding="utf-8")
    card = (
        '<div data-view-name="search-entity-result-universal-template" data-chameleon-result-urn="urn:li:member:{id}">'
        '<a href="https://www.linkedin.com/in/{slug}"><img alt="{name}"></a>'
        '<a href="https://www.linkedin.com/in/{slug}">{name}</a>'
        '<div class="t-14 t-black t-normal">Engineer</div><button aria-label="Follow {name}">Follow</button></div>'
    )
    page = card.format(id=77, slug=SLUG, name=NAME) + card.format(id=78, slug="bo-chen", name="Bo Chen")
    (folder / "Followers 2025-08-02.html").write_text(
        f"<html><head><title>Followers</title></head><body><p>2,000 followers</p>{page}</body></html>", encoding="utf-8"
    )
    return sorted(folder.iterdir())


@dataclass(frozen=True)
class Home:
    settings: Settings
    files: Path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with read_published(self.settings.published_database) as reader:
            return reader.execute(query).fetchall()

    def run(self, *arguments: str) -> str:
        result = CliRunner().invoke(commands, [*arguments, "--data", str(self.settings.home)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture(scope="module")
def full_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which the person is everywhere, edits, reports and backups included."""
    folder = tmp_path_factory.mktemp("full")
    home = Home(Settings(folder / "home", project_root(), TODAY), folder / "files")
    outcome = ingest(home.settings, tuple(write_files(home.files)), Options(owner=OWNER))
    assert {file.status for file in outcome.files} == {"loaded"}, outcome.files
    with Store(home.settings.curation_database) as store:
        them, ada = people_at(home.settings, [ADDRESS])[0], people_at(home.settings, ["/in/ada-berg"])[0]
        store.tag("mentor", [them, ada], TODAY)
        store.add_note([them], "Met in March")
        store.add_note([ada], f"Knows {NAME} well")
        store.undo()
        store.add_note([ada], f"Friend of {NAME}")
    (home.settings.home / "backups").mkdir()
    shutil.copy(home.settings.curation_database, home.settings.home / "backups" / "curation-schema-1-x.sqlite")
    with Session(home.settings) as session:
        session.load(Request())
        session.build()
    (home.settings.reports / "report.html").write_text(f"<p>{NAME}</p>", encoding="utf-8")
    (home.settings.dagster_home / "history").mkdir(parents=True)
    (home.settings.dagster_home / "history" / "x.log").write_text(NAME)
    (home.settings.user_rules / "theirs.sql").write_text(
        f"-- Theirs.\nselect owner, person_id, full_name as reason from main.contacts where profile_url = '{ADDRESS}'\n"
    )
    (home.settings.inbox / "waiting.csv").write_text("")
    write_backup(home.settings, home.settings.home / "before the summer.zip")
    (home.settings.home / "backups" / "answer.csv").write_text(
        rows(("Last Name", "First Name", "Job"), ("Bransund", "Timérro", "Timer"), ("Chen", "Bo", "Engineer"))
    )
    (home.settings.home / "answer.csv").write_text(
        rows(("First", "Middle", "Last", "Job"), ("Timérro", "", "Bransund", "Timer"), ("Bo", "", "Chen", "Engineer"))
    )
    (home.settings.inbox / "broken.zip").write_bytes(b"PK\x03\x04 no zip, but " + f"{NAME} <{EMAIL}>".encode())
    (home.settings.inbox / "picture.bin").write_bytes(b"\x00\x01\xff\xd8" + f" {NAME} ".encode("utf-16-le"))
    (home.settings.inbox / "waiting.csv").write_text(rows(("Odd", "Columns"), (NAME, "1"), ("Zed", "2")))
    return home


@pytest.fixture
def home(full_home: Home, tmp_path: Path) -> Home:
    """A copy of it to change."""
    shutil.copytree(full_home.settings.home, tmp_path / "home")
    return Home(replace(full_home.settings, home=tmp_path / "home"), full_home.files)


def found_in(home: Path) -> list[str]:
    """Where in a home a trace of the person is: every file's bytes, zips unpacked, databases asked."""
    found = []
    for path in sorted(home.rglob("*")):
        if path.is_file():
            found += [f"{path.relative_to(home)}{place}" for place, data in contents(path) if holds(data)]
            found += [str(path.relative_to(home))] if holds(path.name.encode()) else []
    return found


def holds(data: bytes) -> bool:
    return any(
        needle.encode(encoding, "replace") in data
        for needle in NEEDLES
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1252")
    ) or any(json.dumps(needle)[1:-1].encode() in data for needle in NEEDLES)


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    yield "", path.read_bytes()
    if zipfile.is_zipfile(path):
        yield from unpacked(path.read_bytes())
    if path.suffix == ".sqlite":
        with closing(sqlite3.connect(path)) as connection:
            yield "!", "\n".join(connection.iterdump()).encode()
    if path.suffix == ".duckdb":
        with duckdb.connect(config={"access_mode": "automatic"}) as connection:
            connection.execute(f"attach '{path}' as looked (read_only)")
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = 'looked'"
            ).fetchall()
            for schema, table in tables:
                yield f"!{table}", repr(connection.execute(f'from looked."{schema}"."{table}"').fetchall()).encode()


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            content = archive.read(info)
            yield f"!{info.filename}", content + info.filename.encode()
            if content.startswith(b"PK"):
                yield from unpacked(content)


TABLES = (
    "contacts",
    "messages",
    "invitations",
    "endorsements",
    "audience_daily",
    "archives",
    "tags",
    "notes",
    "address_book",
)


def published(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    """Everything published that is not about the person, in an order of its own."""
    columns = {"archives": "archive_id, owner, source, exported_on, exported_on_basis, complete, status, ingested_at"}
    return {table: home.rows(f"select {columns.get(table, '*')} from {table} order by all") for table in TABLES}


def test_the_search_finds_the_person_before(full_home: Home) -> None:
    found = found_in(full_home.settings.home)
    for place in (
        "curation.sqlite!",
        "backups",
        "reports",
        ".dagster",
        "inbox",
        "tags/",
        "build.duckdb!",
        "linkstrata.duckdb!",
        "before the summer.zip!",
        "answer.csv",
        "backups/answer.csv",
        "broken.zip",
        "picture.bin",
    ):
        assert any(place in one for one in found), place
    stored = {re.split("!", one)[0] for one in found if one.startswith("archives/")}
    assert len(stored) == len(list(full_home.settings.archives.iterdir())) == 7


def test_not_a_trace_is_left_and_everybody_else_is(home: Home) -> None:
    before = published(home)
    said = home.run("forget", "--url", ENCODED)
    assert re.search(r"\d+ rows, names and addresses erased: 7 archives and \d+ other files", said), said
    assert (home.settings.home / "answer.csv").read_text() == rows(
        ("First", "Middle", "Last", "Job"), ("Bo", "", "Chen", "Engineer")
    )
    assert found_in(home.settings.home) == []
    after = published(home)
    assert [row for row in before["contacts"] if NAME not in row[2:3]] == after["contacts"]
    for table in ("archives", "audience_daily", "invitations", "endorsements", "address_book"):
        theirs = [row for row in before[table] if any(needle in repr(row) for needle in NEEDLES)]
        gone = [row for row in before[table] if row not in after[table]]
        assert gone == theirs or table in ("invitations",), table
    assert home.rows("select count(*) from messages where content = 'Hello both'") == [(1,)]
    assert home.rows(
        "select person_id is null, count(*) from messages where content = 'Hello' group by all order by 1"
    ) == [
        (False, 1),
        (True, 1),
    ]
    assert home.rows("select note from notes") == [("Friend of LinkedIn Member",)]
    assert home.rows("select content from messages where conversation_id = 'c2' order by sent_at") == [
        ("Do you know LinkedIn Member's mail, <p>[forgotten]</p> or [forgotten]?",),
        ("Yes: LinkedIn Member, see [forgotten]",),
    ]
    assert home.rows("select connections from audience_daily where day = '2025-07-01'") == [(6,)]
    assert home.rows("select members from tags where tag = 'mentor'") == [(1,)]
    assert (home.settings.reports / "report.html").exists()


def test_nobody_comes_back(home: Home, tmp_path: Path) -> None:
    home.run("forget", "--url", ADDRESS)
    before = published(home)
    known = home.run("ingest", *map(str, sorted(home.files.iterdir())))
    assert known.startswith("7 known")
    packed_again = tmp_path / "Complete_LinkedInDataExport_05-01-2025 (1).zip"
    with zipfile.ZipFile(io.BytesIO(archive_one())) as old, zipfile.ZipFile(packed_again, "w") as new:
        for info in old.infolist():
            new.writestr(info, old.read(info), zipfile.ZIP_STORED)
    later = tmp_path / "Basic_LinkedInDataExport_09-01-2025.zip"
    with zipfile.ZipFile(later, "w") as archive:
        archive.writestr("Connections.csv", connections())
    home.run("ingest", str(packed_again), str(later), "--owner", OWNER)
    assert found_in(home.settings.home) == []
    assert len(home.rows("from archives")) == len(before["archives"]) + 2
    same = "owner, person_id, full_name, segment, messages_sent, messages_received"
    now = home.rows(f"select {same} from contacts order by all")
    assert [row[:3] for row in now] == [row[:3] for row in before["contacts"]]
    assert home.rows("select count(*) from messages") == [(len(before["messages"]),)]
    unbalanced = home.rows(
        "select f.path from archive_files as f left join "
        "(select archive_id, path, count(*) as refused from rejected_rows group by all) as r "
        "using (archive_id, path) where f.status = 'loaded' "
        "and rows_in_file <> rows_loaded + coalesce(refused, 0)"
    )
    assert unbalanced == []


@pytest.mark.parametrize("step", ["clean_store", "restore_remains"])
def test_what_is_interrupted_is_gone_on_with(home: Home, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    expected = home.rows(f"select person_id, full_name from contacts where full_name <> '{NAME}' order by all")
    whole: Callable[..., Any] = getattr(erasure, step)

    def killed(*arguments: Any) -> None:
        whole(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(erasure, step, killed)
    result = CliRunner().invoke(commands, ["forget", "--url", ADDRESS, "--data", str(home.settings.home)])
    assert result.exit_code != 0
    monkeypatch.setattr(erasure, step, whole)
    with pytest.raises(CurationError, match="forgotten"):
        add_contact(home.settings, ADDRESS, NAME, owner=OWNER)
    with Session(home.settings) as session:
        session.load(Request())
        session.build()
    assert found_in(home.settings.home) == []
    assert home.rows("select person_id, full_name from contacts order by all") == expected


def test_somebody_of_the_same_name_stays(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    people = [
        Connection("Ada Berg", "ada-berg"),
        Connection("Ada Berg", "ada-berg-2"),
        Connection("Bo Chen", "bo-chen"),
    ]
    refused = tmp_path / "before.csv"
    refused.write_text("what,ever\n1,2\n")
    with Session(home.settings) as session:
        session.load(Request((refused,)))
    home.connections(date(2025, 5, 1), people)
    CliRunner().invoke(commands, ["forget", "--url", "/in/ada-berg", "--data", str(home.settings.home)])
    with open_build(home.settings.build_database) as connection:
        numbers = connection.execute("select archive_no from raw.archives order by all").fetchall()
    assert numbers == [(1,), (2,)], "the file refused before has a number of its own again"
    home.connections(date(2025, 6, 1), people)
    assert home.rows("select profile_url from contacts order by 1") == [
        ("https://www.linkedin.com/in/ada-berg-2",),
        ("https://www.linkedin.com/in/bo-chen",),
    ]


def test_an_owner_is_forgotten_and_the_people_of_others_stay(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    shared, only = Connection("Ada Berg", "ada-berg"), Connection("Timérro Bransund", SLUG, email=EMAIL)
    home.connections(date(2025, 5, 1), [shared, only], owner="zoe-second")
    home.connections(date(2025, 5, 2), [shared, Connection("Bo Chen", "bo-chen")])
    refused = CliRunner().invoke(commands, ["forget", "--url", "/in/zoe-second", "--data", str(home.settings.home)])
    assert "forget --owner zoe-second" in str(refused.exception)
    ids = home.rows("select person_id from contacts where owner = 'mia-owner' order by 1")
    runner = CliRunner()
    at_home = ("--data", str(home.settings.home))
    write_backup(home.settings, home.settings.home / "whole.zip")
    whom = "https://linkedin.com/in/Zoe-Second/"
    assert runner.invoke(commands, ["forget", "--owner", whom, *at_home]).exit_code == 0
    assert home.rows("select person_id from contacts order by 1") == ids
    assert found_in(home.settings.home) == []
    assert [
        path for path in home.settings.home.rglob("*") if path.is_file() and b"zoe-second" in path.read_bytes()
    ] == []
    again = next(home.settings.home.parent.glob("zoe-second-*.zip"))
    for options in ((), ("--owner", "zoe-second")):
        said = runner.invoke(commands, ["ingest", str(again), *options, *at_home])
        assert (said.exit_code, said.output.splitlines()[0]) == (0, "1 forgotten")
    packed_again = tmp_path / "Basic_LinkedInDataExport_05-03-2025.zip"
    with zipfile.ZipFile(again) as old, zipfile.ZipFile(packed_again, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("Connections.csv", old.read("Connections.csv") + b"Cy,New,,,,,06 Mar 2024\n")
    said = runner.invoke(commands, ["ingest", str(packed_again), *at_home])
    assert (said.exit_code, said.output.splitlines()[0]) == (0, "1 forgotten")
    assert home.rows("select distinct owner from contacts") == [("mia-owner",)]


def test_who_is_not_there_is_said_in_one_line(home: Home) -> None:
    def refusal(*arguments: str) -> str:
        result = CliRunner().invoke(commands, ["forget", *arguments, "--data", str(home.settings.home)])
        assert result.exit_code != 0
        return str(result.exception) if result.exit_code == 1 else result.output

    assert refusal("--url", "https://www.linkedin.com/in/no-one") == (
        "https://www.linkedin.com/in/no-one: nobody here has this address"
    )
    assert refusal("--owner", "no-one") == "no-one: no exports of theirs are here"
    assert "say whom" in refusal()
    home.run("forget", "--url", ADDRESS)
    assert refusal("--url", ADDRESS) == f"{ADDRESS}: nobody here has this address any more: forgotten already"
