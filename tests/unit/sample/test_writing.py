"""The files that are written: read back with plain csv and zipfile, they say what the life says."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook

from linkstrata.sample.life import OWNER, Life, at
from linkstrata.sample.naming import full_name
from linkstrata.sample.network_files import MESSAGE_HEADERS
from linkstrata.sample.requests import Archive, Contents, FollowerList, Keyed, Layout, Workbook
from linkstrata.sample.samples import big_archive, write_sample
from linkstrata.sample.writing import write

DAY = date(2026, 3, 14)
ERAS = [
    date(2016, 12, 1),
    date(2018, 8, 1),
    date(2018, 12, 20),
    date(2020, 3, 1),
    date(2022, 6, 1),
    date(2023, 8, 1),
    date(2024, 3, 1),
    date(2024, 12, 1),
    date(2025, 12, 10),
    DAY,
]


@pytest.fixture(scope="module")
def life() -> Life:
    return Life(seed=11, connections=200, messages=1500)


def members(path: Path) -> dict[str, str]:
    """The files of an archive as text; what is UTF-16 says so by its first bytes."""
    with zipfile.ZipFile(path) as archive:
        raw = {name: archive.read(name) for name in archive.namelist()}
    return {name: data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8") for name, data in raw.items()}


def records(text: str, first: str) -> list[dict[str, str]]:
    """The rows below the header that begins with a column."""
    lines = text[text.index(first) :]
    return list(csv.DictReader(io.StringIO(lines, newline="")))


def test_the_same_call_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("once", "again"):
        write_sample(tmp_path / name, connections=60, months=6, seed=2)
    once, again = (
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / name).iterdir()}
        for name in ("once", "again")
    )
    assert once == again
    assert len(once) == 8


def test_a_big_archive_has_as_many_connections_and_messages_as_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "Complete_LinkedInDataExport_11-01-2026.zip"
    life, _ = big_archive(path, connections=500, messages=4000, seed=4)
    files = members(path)
    assert len(records(files["Connections.csv"], "First Name,")) == 500
    rows = {tuple(row) for row in csv.reader(io.StringIO(files["messages.csv"], newline=""))}
    drafts = sum(draft.discarded_on is None for draft in life.drafts)
    assert len(rows) == 1 + 4000 + drafts


def test_an_archive_looks_like_linkedins(life: Life, tmp_path: Path) -> None:
    path = write(life, Archive(DAY), tmp_path)
    assert path.name == "Complete_LinkedInDataExport_03-14-2026.zip"
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
    assert len({entry.filename for entry in entries}) == len(entries) > 40
    for entry in entries:
        assert not entry.is_dir()
        assert entry.flag_bits & 0x08, "sizes follow the data"
        assert entry.compress_type == zipfile.ZIP_DEFLATED
        assert (entry.create_system, entry.extra, entry.date_time[:3]) == (0, b"", (2026, 3, 14))


def test_a_basic_archive_lacks_what_the_member_did_and_a_selection_all_but_connections(
    life: Life, tmp_path: Path
) -> None:
    complete = members(write(life, Archive(DAY), tmp_path))
    basic = members(write(life, Archive(DAY, Contents.BASIC), tmp_path))
    assert {"Member_Follows.csv", "Shares.csv", "Comments.csv", "Reactions.csv", "Logins.csv"} <= (
        complete.keys() - basic.keys()
    )
    assert {"Connections.csv", "messages.csv", "Invitations.csv", "Profile.csv"} <= basic.keys()
    path = write(life, Archive(DAY, Contents.CONNECTIONS), tmp_path)
    assert path.name == "Basic_LinkedInDataExport_03-14-2026.zip"
    assert members(path) == {"Connections.csv": basic["Connections.csv"]}


@pytest.mark.parametrize("era", ERAS, ids=str)
def test_connections_say_who_is_connected(life: Life, tmp_path: Path, era: date) -> None:
    text = members(write(life, Archive(DAY, era=era), tmp_path))["Connections.csv"]
    assert text.startswith("Notes:\n") == (era.year >= 2021)
    rows = records(text, "First Name,")
    styles = {
        2016: r"\d\d/\d\d/\d\d, \d\d:\d\d [AP]M",
        2018: r"\d{1,2}/\d{1,2}/\d\d, \d{1,2}:\d\d [AP]M" if era.month < 11 else r"\d\d [A-Z][a-z]{2} \d{4}",
    }
    assert all(re.fullmatch(styles.get(era.year, r"\d\d [A-Z][a-z]{2} \d{4}"), row["Connected On"]) for row in rows)
    assert ("URL" in rows[0]) == (era >= date(2023, 7, 1))
    listed = [(person, person.connection(DAY)) for person in life.people]
    expected, hidden = set(), 0
    for person, spell in listed:
        if spell is not None and person.closed(DAY):
            hidden += 1
        elif spell is not None:
            expected.add((*at(person.names, DAY), *at(person.jobs, DAY)))
    blank = [row for row in rows if not row["First Name"]]
    assert len(blank) == hidden > 0
    assert all(not any(value for name, value in row.items() if name != "Connected On") for row in blank)
    assert {(r["First Name"], r["Last Name"], r["Company"], r["Position"]) for r in rows if r["First Name"]} == expected
    if "URL" in rows[0]:
        urls = [row["URL"] for row in rows if row["URL"]]
        assert all(url.isascii() for url in urls)
        assert any(re.search("%[0-9A-F]{2}", url) for url in urls)
        slugs = {at(person.slugs, DAY) for person, spell in listed if spell is not None and not person.closed(DAY)}
        assert {unquote(url).removeprefix("https://www.linkedin.com/in/") for url in urls} == slugs


@pytest.mark.parametrize("era", ERAS, ids=str)
def test_messages_are_told_as_of_the_day(life: Life, tmp_path: Path, era: date) -> None:
    files = members(write(life, Archive(DAY, era=era), tmp_path))
    name = "Messages.csv" if era.year < 2019 else "messages.csv"
    header, *rows = csv.reader(io.StringIO(files[name], newline=""))
    assert header in MESSAGE_HEADERS.values()
    assert all(len(row) == len(header) for row in rows)
    sent = [message for message in life.messages if datetime.fromtimestamp(message.sent_at, UTC).date() <= DAY]
    told = [dict(zip(header, row, strict=True)) for row in rows]
    sender = "From" if era.year < 2019 else "FROM"
    drafts = [row for row in told if "FOLDER" in row and not row["FOLDER"]]
    repeated = len(rows) - len({tuple(row) for row in rows})
    assert len(told) - len(drafts) - repeated == len(sent)
    assert repeated <= 11
    assert all(row.get("IS MESSAGE DRAFT", "Yes") == "Yes" for row in drafts)
    assert not any("\n" in value or "\r" in value for row in told for value in row.values())
    closed = {person.number for person in life.people if person.closed(DAY)}
    anonymous = sum(message.sender is None or message.sender in closed for message in sent)
    assert sum(row[sender] == "LinkedIn Member" for row in told) - repeated <= anonymous
    assert sum(row[sender] == "LinkedIn Member" for row in told) >= anonymous > 0
    mine = full_name(*life.owner_name)
    assert sum(row[sender] == mine for row in told) >= sum(message.sender == OWNER for message in sent)
    if "SENDER PROFILE URL" in header:
        assert not any("%" in row["SENDER PROFILE URL"] for row in told)
        assert any(not row["SENDER PROFILE URL"].isascii() for row in told)


def test_quoting_quirks_can_be_repaired(life: Life, tmp_path: Path) -> None:
    files = members(write(life, Archive(DAY, era=date(2022, 6, 1)), tmp_path))
    shares = list(csv.DictReader(io.StringIO(files["Shares.csv"], newline="")))
    posted = {post.text for post in life.posts if post.posted_at.date() <= DAY}
    assert {re.sub('"\r?\n"', "\n", row["ShareCommentary"]) for row in shares} == posted
    comments = files["Comments.csv"].split("\r\n")
    assert "\n" in "".join(comments), "line breaks within a text stay what they are"
    logical = re.split(r"\r\n(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,|$)", files["Comments.csv"])[1:-1]
    assert len(logical) == sum(comment.commented_at.date() <= DAY for comment in life.comments)
    assert any("\n" in record and '"' not in record for record in logical)


def test_files_of_2018_are_utf_16(life: Life, tmp_path: Path) -> None:
    files = members(write(life, Archive(DAY, era=date(2018, 8, 1)), tmp_path))
    shares = list(csv.reader(io.StringIO(files["Shares.csv"], newline=""), delimiter="\t"))
    assert shares[0][0] == "Date"
    assert {row[4] for row in shares[1:]} == {post.text for post in life.posts if post.posted_at.date() <= DAY}


@pytest.mark.parametrize("last", [date(2025, 9, 30), date(2026, 9, 30)])
def test_a_workbook_reports_the_followers(life: Life, tmp_path: Path, last: date) -> None:
    path = write(life, Workbook(date(2025, 3, 1), last), tmp_path)
    book = CalamineWorkbook.from_path(path)
    first, _, header, *days = book.get_sheet_by_name("FOLLOWERS").to_python()
    total = life.followers(last)
    assert first[1] == (f"{total:,}" if last.year == 2026 else total)
    assert header == ["Date", "New followers"]
    assert len(days) == (last - date(2025, 3, 1)).days + 1
    gains = {datetime.strptime(str(day), "%m/%d/%Y").date(): int(gain) for day, gain in days}
    by_day = life.followers_by_day()
    assert all(gains[day] == by_day[day][1] for day in sorted(gains)[:-2]), "the last two days are reported too low"
    assert path.name.startswith("AggregateAnalytics_Mirela Tavasca_" if last.year == 2026 else "Content_2025-03-01_")
    assert len(book.sheet_names) == (6 if last.year == 2026 else 5)


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("keyed", Keyed)
def test_a_follower_list_names_those_who_follow(life: Life, tmp_path: Path, layout: Layout, keyed: Keyed) -> None:
    path = write(life, FollowerList(DAY, layout, keyed), tmp_path)
    with path.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    url, name = ("profileLink", "fullName") if layout is Layout.PHANTOMBUSTER else ("profileUrl", "name")
    assert len({row[url] for row in rows}) == life.followers(DAY)
    followers = [person for person in life.people if person.follows(DAY)]
    assert {row[name] for row in rows} == {full_name(*at(person.names, DAY)) for person in followers}
    if keyed is Keyed.SLUG:
        slugs = {unquote(row[url]).rstrip("/").rpartition("/")[2] for row in rows}
        assert slugs == {at(person.slugs, DAY) for person in followers}
    partial = write(life, FollowerList(DAY, layout, keyed, share=0.5), tmp_path)
    assert len(partial.read_text(encoding="utf-8").splitlines()) < 0.52 * len(rows)
