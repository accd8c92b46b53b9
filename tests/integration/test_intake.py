"""What becomes of files handed over: whose they are, of which day, and what a second look at them changes."""

from __future__ import annotations

import os
import shutil
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from linkstrata.exports import csv_files, encodings
from linkstrata.exports.container import fingerprint
from linkstrata.freshness import STALE_AFTER_DAYS
from linkstrata.sample.life import Life
from linkstrata.sample.requests import Archive
from linkstrata.sample.samples import LAST_DAY
from linkstrata.sample.writing import write_all
from linkstrata.settings import Settings, settings_from_environment
from linkstrata.status import describe, read_status
from linkstrata.warehouse import intake, raw
from linkstrata.warehouse.connection import read_published
from linkstrata.warehouse.pipeline import Request, Session
from linkstrata.warehouse.receipts import FileOutcome, Options, files_of

HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER"
)
IN = "https://www.linkedin.com/in/"


def connections(*slugs: str, since: str = "05 Mar 2024") -> str:
    rows = [f"{slug.title()},Quill,{IN}{slug}-quill,,Opal Labs,Analyst,{since}" for slug in slugs]
    return "\n".join([HEADER, *rows, ""])


def messages(owner: str, name: str, *others: str) -> str:
    rows = [
        f"c-{other},,{name},{IN}{owner},{other.title()} Quill,{IN}{other}-quill,2024-06-0{day} 10:00:00 UTC,,Hi,INBOX"
        for day, other in enumerate(others, start=1)
    ]
    return "\n".join([MESSAGES, *rows, ""])


def archive(folder: Path, name: str, members: dict[str, str], day: tuple[int, int, int] = (2026, 3, 1)) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with zipfile.ZipFile(path, "w") as out:
        for member, text in members.items():
            out.writestr(zipfile.ZipInfo(member, (*day, 6, 0, 0)), text)
    return path


def ingest(settings: Settings, *paths: Path, options: Options | None = None) -> list[FileOutcome]:
    with Session(settings) as session:
        outcome = session.load(Request(paths, options or Options()))
        session.build()
    return list(outcome.files)


def ask(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with read_published(settings.published_database) as reader:
        return reader.execute(query).fetchall()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_from_environment(tmp_path / "home")


@pytest.fixture
def mara(tmp_path: Path) -> Path:
    """An archive that says by its messages that it is Mara's."""
    members = {"Connections.csv": connections("ada", "bo"), "messages.csv": messages("mara-t", "Mara T", "ada", "bo")}
    return archive(tmp_path / "files", "Complete_LinkedInDataExport_03-01-2026.zip", members)


def test_a_list_without_an_owner_waits_until_an_archive_tells_whose_it_is(
    settings: Settings, mara: Path, tmp_path: Path
) -> None:
    loose = tmp_path / "files" / "followers.csv"
    loose.write_text(f"profileUrl,name,isFollowingBack\n{IN}ada-quill,Ada Quill,Yes\n", encoding="utf-8")
    (waiting,) = ingest(settings, loose)
    assert waiting.status == "quarantined"
    assert "--owner" in str(waiting.reason)
    assert ask(settings, "select count(*) from contacts") == [(0,)]
    ingest(settings, mara)
    assert ask(settings, "select status, owner from archives") == [("loaded", "mara-t")] * 2
    assert ask(settings, "select follows_me from contacts where profile_url like '%ada-quill'") == [("yes",)]


def test_addresses_and_names_are_parsed_some_at_a_time(
    settings: Settings, mara: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "TEXTS_AT_ONCE", 2)
    ingest(settings, mara)
    with duckdb.connect(settings.build_database, read_only=True) as build:
        found = build.execute("select key_value from raw.addresses order by 1").fetchall()
        names = build.execute("select count(*) from raw.names where match_name like '% quill'").fetchall()
    assert found == [("ada-quill",), ("bo-quill",), ("mara-t",)]
    assert names == [(2,)]


def test_the_owner_is_never_guessed_between_two(settings: Settings, mara: Path, tmp_path: Path) -> None:
    other = {"Connections.csv": connections("cy"), "messages.csv": messages("nils-u", "Nils U", "cy", "di")}
    ingest(settings, mara, archive(tmp_path / "files", "Complete_LinkedInDataExport_03-02-2026.zip", other))
    unclear = archive(
        tmp_path / "more", "Basic_LinkedInDataExport_04-01-2026.zip", {"Connections.csv": connections("ed")}
    )
    assert [one.status for one in ingest(settings, unclear)] == ["quarantined"]
    assert [one.status for one in ingest(settings, unclear, options=Options(owner="nils-u"))] == ["loaded"]
    owners = dict(ask(settings, "select owner, count(*) from contacts where is_connection group by all"))
    assert owners == {"mara-t": 2, "nils-u": 1}


def test_overlapping_connections_tell_the_owner(settings: Settings, mara: Path, tmp_path: Path) -> None:
    other = {"Connections.csv": connections("cy"), "messages.csv": messages("nils-u", "Nils U", "cy", "di")}
    ingest(settings, mara, archive(tmp_path / "files", "Complete_LinkedInDataExport_03-02-2026.zip", other))
    later = {"Connections.csv": connections("ada", "bo", "eve")}
    ingest(settings, archive(tmp_path / "more", "Basic_LinkedInDataExport_04-01-2026.zip", later))
    assert ask(settings, "select owner from archives where exported_on = date '2026-04-01'") == [("mara-t",)]


def test_the_same_content_in_other_bytes_adds_no_row(settings: Settings, mara: Path, tmp_path: Path) -> None:
    ingest(settings, mara)
    tables = (
        "contacts",
        "messages",
        "(select * exclude archive_id from segment_history)",
        "(select * exclude (archive_id, until_archive_id) from contact_history)",
        "(select * exclude archive_id from contact_events)",
    )
    before = {table: ask(settings, f"from {table} order by all") for table in tables}
    again = tmp_path / "again" / mara.name
    again.parent.mkdir()
    with zipfile.ZipFile(mara) as old, zipfile.ZipFile(again, "w") as new:
        for info in old.infolist():
            new.writestr(info, old.read(info), compress_type=zipfile.ZIP_DEFLATED)
    assert [one.status for one in ingest(settings, again)] == ["loaded"]
    assert ask(settings, "select count(*), count(distinct archive_id) from archives") == [(2, 2)]
    assert {table: ask(settings, f"from {table} order by all") for table in tables} == before


def test_a_known_file_is_corrected_by_an_option(settings: Settings, mara: Path, tmp_path: Path) -> None:
    later = archive(
        tmp_path / "files", "Basic_LinkedInDataExport_04-01-2026.zip", {"Connections.csv": connections("ada")}
    )
    ingest(settings, mara, later)
    gone = "select profile_url from contacts where segment = 'former_connection'"
    assert ask(settings, gone) == [(f"{IN}bo-quill",)]
    (corrected,) = ingest(settings, later, options=Options(exported_on=date(2026, 2, 1)))
    assert corrected.status == "corrected"
    assert ask(settings, gone) == []
    assert ask(settings, "select exported_on, exported_on_basis from archives order by 1") == [
        (date(2026, 2, 1), "given"),
        (date(2026, 3, 1), "name"),
    ]
    assert [one.status for one in ingest(settings, later)] == ["known"]
    assert ask(settings, gone) == []


def test_a_correction_that_cannot_be_leaves_what_is_loaded(settings: Settings, mara: Path, tmp_path: Path) -> None:
    people = tmp_path / "files" / "followers.csv"
    people.write_text(f"profileUrl,name\n{IN}ada-quill,Ada Quill\n", encoding="utf-8")
    ingest(settings, mara, people)
    (outcome,) = ingest(settings, people, options=Options(mapping={"name": "no-field"}))
    assert outcome.status == "unchanged"
    assert "no-field" in str(outcome.reason)
    assert ask(settings, "select full_name from contacts where follows_me = 'yes'") == [("Ada Quill",)]


def test_an_owner_is_never_their_own_contact_however_their_slug_is_typed(settings: Settings, tmp_path: Path) -> None:
    members = {"messages.csv": messages("mara-t", "Mara T", "ada")}
    ingest(settings, archive(tmp_path / "files", "a.zip", members), options=Options(owner="Mara-T"))
    assert ask(settings, "select full_name, messages_sent from contacts") == [("Ada Quill", 1)]


def test_a_file_dated_by_its_modification_day_disconnects_nobody(
    settings: Settings, mara: Path, tmp_path: Path
) -> None:
    ingest(settings, mara)
    loose = tmp_path / "files" / "Connections.csv"
    loose.write_text(connections("ada", "eve"), encoding="utf-8")
    os.utime(loose, (1780000000, 1780000000))  # 28 May 2026
    ingest(settings, loose)
    assert ask(settings, "select exported_on_basis from archives where file_name = 'Connections.csv'") == [
        ("modified",)
    ]
    assert ask(settings, "select count(*) from contacts where is_connection") == [(3,)]
    ingest(settings, loose, options=Options(exported_on=date(2026, 5, 28)))
    assert ask(settings, "select profile_url from contacts where segment = 'former_connection'") == [(f"{IN}bo-quill",)]


def test_an_export_with_unreadable_connections_disconnects_nobody(
    settings: Settings, mara: Path, tmp_path: Path
) -> None:
    damaged = connections("ada") + f"Bo,Quill,{IN}bo-quill,,Opal Labs,Analyst,some day\n"
    later = archive(tmp_path / "files", "Basic_LinkedInDataExport_04-01-2026.zip", {"Connections.csv": damaged})
    ingest(settings, mara, later)
    assert ask(settings, "select count(*) from contacts where is_connection") == [(2,)]
    assert ask(settings, "select line_number, reason is not null from rejected_rows") == [(3, True)]


def test_an_unzipped_archive_is_one_and_a_folder_of_exports_is_many(
    settings: Settings, mara: Path, tmp_path: Path
) -> None:
    unzipped = tmp_path / "downloads" / "Complete_LinkedInDataExport_03-01-2026"
    with zipfile.ZipFile(mara) as old:
        old.extractall(unzipped)
    other = archive(
        tmp_path / "downloads", "Basic_LinkedInDataExport_04-01-2026.zip", {"Connections.csv": connections("ada")}
    )
    assert sorted(files_of((other, tmp_path / "downloads", other))) == [other, unzipped], "each once"
    ingest(settings, tmp_path / "downloads")
    assert ask(settings, "select exported_on, row_count from archives order by 1") == [
        (date(2026, 3, 1), 4),
        (date(2026, 4, 1), 1),
    ]


def test_links_that_lead_back_or_nowhere_and_pipes_stop_no_neighbour(
    settings: Settings, mara: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / mara.name).write_bytes(mara.read_bytes())
    (folder / "again").symlink_to(folder)
    (folder / "gone.csv").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "pipe.csv")
    outcomes = {outcome.path.name: outcome for outcome in ingest(settings, folder)}
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        mara.name: "loaded",
        "gone.csv": "quarantined",
        "pipe.csv": "quarantined",
    }
    assert outcomes["pipe.csv"].reason == "pipe.csv is not a regular file"
    assert "No such file" in str(outcomes["gone.csv"].reason)


def test_a_file_that_cannot_be_opened_is_listed_and_tried_again(settings: Settings, mara: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "later.csv").symlink_to(tmp_path / "elsewhere.csv")
    (folder / "never.csv").symlink_to(tmp_path / "nowhere.csv")
    ingest(settings, folder)
    listed = "select file_name, reason from unreadable_files order by 1"
    reason = "cannot be read: No such file or directory"
    assert ask(settings, listed) == [("later.csv", reason), ("never.csv", reason)]
    lines = list(describe(read_status(settings)))
    assert f"  not readable, tried again with the next file: later.csv: {reason}" in lines
    (tmp_path / "elsewhere.csv").write_text(f"profileUrl,name\n{IN}cy-quill,Cy Quill\n", encoding="utf-8")
    (folder / "never.csv").unlink()
    ingest(settings, mara)
    assert ask(settings, listed) == []
    assert ask(settings, "select file_name from archives where status = 'loaded' order by 1") == [
        (mara.name,),
        ("later.csv",),
    ]


@pytest.mark.parametrize("place", ["the same", "another, the old one gone"])
def test_a_mended_file_takes_the_place_of_the_one_that_was_refused(
    settings: Settings, mara: Path, tmp_path: Path, place: str
) -> None:
    sound = mara.read_bytes()
    mara.write_bytes(sound[:200])
    other = archive(tmp_path / "more", "Basic_LinkedInDataExport_04-01-2026.zip", {"Connections.csv": connections()})
    other.write_bytes(other.read_bytes()[:100])
    assert {one.status for one in ingest(settings, mara, other)} == {"quarantined"}
    if place == "the same":
        mended = mara
    else:
        mara.unlink()
        mended = tmp_path / "again" / mara.name
        mended.parent.mkdir()
    mended.write_bytes(sound)
    ingest(settings, mended)
    assert ask(settings, "select file_name, status from archives order by 1") == [
        (other.name, "quarantined"),
        (mara.name, "loaded"),
    ]


def test_a_refused_file_that_is_refused_in_other_bytes_is_listed_once(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "Complete_LinkedInDataExport_03-01-2026.zip"
    for content in (b"PK\x03\x04 cut", b"PK\x03\x04 cut elsewhere"):
        path.write_bytes(content)
        ingest(settings, path)
    assert ask(settings, "select count(*) from archives") == [(1,)]


def test_status_counts_rejected_rows_by_reason_whatever_their_cells_say(settings: Settings, tmp_path: Path) -> None:
    rows = ["Ada,Quill,,,,,soon", "Bo,Quill,,,,,it's late", "Cy,Quill,,,,,05 Mar 2024", "a stray remark"]
    text = "\n".join([HEADER, *rows, ""])
    path = archive(tmp_path, "Basic_LinkedInDataExport_03-01-2026.zip", {"Connections.csv": text})
    ingest(settings, path, options=Options(owner="mara-t"))
    lines = list(describe(read_status(settings)))
    place = lines.index('  3 rows could not be read: linkstrata sql "from rejected_rows"')
    assert lines[place + 1 : place + 3] == [
        "           2  Connected On: … is not a date",
        "           1  1 cells where the header names 7",
    ]


def test_status_says_of_each_kind_of_file_how_old_it_is_and_where_to_get_the_next(
    settings: Settings, mara: Path
) -> None:
    on = date(2026, 3, 1) + timedelta(STALE_AFTER_DAYS)
    for today, says in ((on, "31 days old"), (on + timedelta(1), "32 days old. Get the next one. On LinkedIn: ")):
        dated = replace(settings, today=today)
        ingest(dated, mara)
        lines = list(describe(read_status(dated)))
        (connections_line,) = [line for line in lines if line.startswith("Connections: newest of 2026-03-01, ")]
        assert says in connections_line
        assert ("Get the next one" in connections_line) == (today > on)
        assert any(line.startswith("Follower totals: none yet, for the number of followers") for line in lines)
        assert any(line.startswith("Follower list: none yet") for line in lines)


def test_a_member_left_out_for_safety_is_accounted_for(settings: Settings, tmp_path: Path) -> None:
    members = {"../../Skills.csv": "Name\nSQL\n", "Connections.csv": connections("ada")}
    path = archive(tmp_path / "files", "Basic_LinkedInDataExport_03-01-2026.zip", members)
    (outcome,) = ingest(settings, path, options=Options(owner="mara-t"))
    assert (outcome.status, outcome.reason) == ("partial", "../../Skills.csv: its path leads out of the archive")
    assert ask(settings, "select path, status, rows_loaded, detail from archive_files order by 1") == [
        ("../../Skills.csv", "failed", 0, "its path leads out of the archive"),
        ("Connections.csv", "loaded", 1, None),
    ]
    assert ask(settings, "select count(*) from skills") == [(0,)]


def test_what_is_loaded_leaves_the_inbox_and_what_is_refused_stays(settings: Settings, mara: Path) -> None:
    settings.create_folders()
    good = settings.inbox / mara.name
    good.write_bytes(mara.read_bytes())
    bad = settings.inbox / "photo.zip"
    bad.write_bytes(b"PK\x03\x04 no zip at all")
    ingest(settings, settings.inbox)
    assert sorted(path.name for path in settings.inbox.iterdir()) == ["photo.zip"]
    (archive_id,) = ask(settings, "select archive_id from archives where status = 'loaded'")[0]
    assert (settings.archives / str(archive_id)).read_bytes() == mara.read_bytes()


def test_everything_can_be_built_again_from_archives_alone(settings: Settings, mara: Path, tmp_path: Path) -> None:
    later = archive(tmp_path / "files", "Connections only.zip", {"Connections.csv": connections("ada")})
    ingest(settings, mara)
    ingest(settings, later, options=Options(owner="mara-t", exported_on=date(2026, 4, 1)))
    tables = ("contacts", "messages", "contact_events", "segment_history", "archives", "contact_tags")
    before = {table: ask(settings, f"from {table} order by all") for table in tables}
    settings.build_database.unlink()
    with Session(settings) as session:
        session.load(Request())
        session.build()
    assert {table: ask(settings, f"from {table} order by all") for table in tables} == before


def test_large_files_say_the_same_however_they_are_read(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database engine reads a large plain file by itself; small ones are read with care, record by record."""
    life = Life(3, connections=80)
    export = Archive(LAST_DAY)
    (path,) = write_all(life, [export], tmp_path / "files")
    blank = tmp_path / "blank.zip"
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(blank, "w") as out:
        for member in given.infolist():
            beyond = b",,,,,,\n" if member.filename == "Connections.csv" else b""
            out.writestr(member, given.read(member) + beyond)
    said: list[dict[str, list[tuple[object, ...]]]] = []
    for bytes_at_most in (0, 1 << 30):
        for module in (csv_files, encodings):
            monkeypatch.setattr(module, "LARGE_BYTES", bytes_at_most)
        home = replace(settings, home=tmp_path / f"home-{bytes_at_most}")
        with Session(home) as session:
            session.load(Request((blank,)))
            said.append(
                {
                    table: sorted(
                        session.connection.execute(
                            f"select columns(lambda c: c <> 'row_id') from raw.{table}"
                        ).fetchall()
                    )
                    for table in ("connections", "messages", "invitations", "archive_files")
                }
            )
    assert len(said[0]["connections"]) == 80
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("when", "is_large", "is_kept"),
    [("open_export", False, False), ("read", False, False), ("read", True, False), ("read", False, True)],
)
def test_a_file_that_changes_while_it_is_read_is_refused_whole(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str, is_large: bool, is_kept: bool
) -> None:
    whole = connections(*(f"ada{number}" for number in range(30)))
    path = tmp_path / "Connections.csv"
    path.write_text(whole, encoding="utf-8")
    step = getattr(intake, when)

    def changes(*given: object) -> object:
        if when == "open_export":
            path.write_text(whole + "Bo,Qui", encoding="utf-8")
            return step(*given)
        found = step(*given)
        path.write_text(whole[:-400], encoding="utf-8")
        return found

    monkeypatch.setattr(intake, when, changes)
    if is_large:
        monkeypatch.setattr(csv_files, "LARGE_BYTES", 0)
    with Session(settings) as session:
        if is_kept:  # by an ingest that was killed before it loaded the rows
            shutil.copyfile(path, settings.archives / fingerprint(path))
        (outcome,) = session.load(Request((path,), Options(owner="mara-t"))).files
        assert (outcome.status, outcome.reason) == (
            "quarantined",
            "Connections.csv changed while it was read; ingest it again once it is whole",
        )
        assert session.connection.execute("select count(*) from raw.connections").fetchall() == [(0,)]
        assert len(list(settings.archives.iterdir())) == is_kept
        monkeypatch.setattr(intake, when, step)
        path.write_text(whole, encoding="utf-8")
        (outcome,) = session.load(Request((path,), Options(owner="mara-t"))).files
        assert outcome.status == "loaded"
        assert session.connection.execute("select count(*) from raw.connections").fetchall() == [(30,)]
