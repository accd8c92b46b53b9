"""Builds data homes out of exports whose people collide in every way, and says what is wrong with what is published.

    python tests/fuzz/odd_homes.py --homes 200 --seed 1

Names, addresses, days and companies are drawn from a few values each, odd ones among them: blanks, 'LinkedIn Member',
the owner's own, ids for addresses, days that are none. However odd a row is, the rest has to be published: a home must
build, say of today what contacts_as_of says, and know every person of every table as a contact.
"""

from __future__ import annotations

import argparse
import csv
import io
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

import duckdb

from linkstrata.settings import Settings, project_root
from linkstrata.warehouse.connection import read_published
from linkstrata.warehouse.pipeline import CheckFailed, Request, Session
from linkstrata.warehouse.receipts import Options

OWNER = "mia-owner"
OWN_URL = f"https://www.linkedin.com/in/{OWNER}"
TODAY = date(2026, 12, 1)
FIRST_DAY = date(2024, 3, 1)

FIRST_NAMES = ("Ana", "ANA", "Bo", "José", "李", "Ana 🚀", "LinkedIn", "")
LAST_NAMES = ("Quill", "quill", "Quill, MBA", "Ruiz-O'Neil", "Member", ".", ",", "")
PAGES = (
    *["https://www.linkedin.com/in/{}"] * 4,
    "http://linkedin.com/in/{}/",
    "{}",
    "https://www.linkedin.com/company/{}",
    "https://www.linkedin.com/sales/people/ACwAA123456,NAME_SEARCH,x",
)
SLUGS = (
    "ana-quill", "bo-quill", "jos%C3%A9-r", "josé-r", "JOSÉ-R", "%E6%9D%8E", "ana-quill?x=1", "ACoAAA12345678", "12345",
    "no slug", "", OWNER,
)  # fmt: skip
MEMBER_IDS = ("ACoAAA12345678", "ACoAAB99999999", "12345", "")
CONNECTED_ON = (
    "05 Mar 2024", "5 Mar 2024", "2024-03-05", "06 Mar 2024", "12/25/2023", "30 Nov 2026", "05 Mar 2030", "01 Jan 1970",
    "31 Feb 2024", "some day", "",
)  # fmt: skip
SENT_AT = (
    "2024-03-05 06:07:08 UTC", "2024-03-05 06:07:00 UTC", "2025-01-01 00:00:00 UTC", "2026-11-30 10:00:00 UTC",
    "3/5/24, 6:07 AM", "",
)  # fmt: skip
INVITED_AT = ("3/5/24, 6:07 AM", "12/31/23, 11:59 PM", "11/30/26, 1:00 PM", "13/1/24, 1:00 AM", "")
COMPANIES = ("Acme", "acme inc.", "ACME, Inc", "=1+1", "Opal\nLabs", "-", "")
EMAILS = ("ana@x.test", "ANA@X.TEST", "a@b.test, c@d.test", "no address", "")

MESSAGE_HEADERS = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER,"
    "ATTACHMENTS,IS MESSAGE DRAFT",
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,DATE,SUBJECT,CONTENT,FOLDER",
    "From,To,Date,Subject,Content,Direction,Folder",
)

Row = Mapping[str, str]


class OddExports:
    """Draws exports. Equal seeds draw equal ones."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)

    def write(self, folder: Path) -> list[tuple[Path, Options]]:
        """One to four files, with what is said of each."""
        files = []
        for number in range(self.chance.randint(1, 4)):
            day = FIRST_DAY + timedelta(self.chance.randrange(1_000))
            if self.chance.random() < 0.7:
                path = folder / f"Complete_LinkedInDataExport_{day:%m-%d-%Y} ({number}).zip"
                self._archive(path, day)
            else:
                path = folder / f"followers-{number}.csv"
                path.write_text(self._list(), encoding="utf-8")
            said = Options(owner=OWNER, exported_on=day, complete=path.suffix == ".csv" and self.chance.random() < 0.4)
            files.append((path, said))
        return files

    def _archive(self, path: Path, day: date) -> None:
        members: Mapping[str, Callable[[], str]] = {
            "Profile.csv": lambda: _text(
                "First Name,Last Name,Headline", [{"First Name": "Mia", "Last Name": "Owner"}]
            ),
            "Connections.csv": self._connections,
            "messages.csv": self._messages,
            "Invitations.csv": self._invitations,
            "Member_Follows.csv": self._follows,
            "Endorsement_Given_Info.csv": lambda: self._endorsements("Endorsee"),
            "Endorsement_Received_Info.csv": lambda: self._endorsements("Endorser"),
            "Recommendations_Given.csv": self._recommendations,
            "Recommendations_Received.csv": self._recommendations,
        }
        chosen = [name for name in members if self.chance.random() < 0.6] or ["Connections.csv"]
        with zipfile.ZipFile(path, "w") as archive:
            for name in chosen:
                archive.writestr(zipfile.ZipInfo(name, (day.year, day.month, day.day, 6, 0, 0)), members[name]())

    def _connections(self) -> str:
        header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
        if self.chance.random() < 0.25:
            header = header.replace("URL,", "")

        def row() -> Row:
            hidden = self.chance.random() < 0.2
            return {
                "First Name": "" if hidden else self._one_of(FIRST_NAMES),
                "Last Name": "" if hidden else self._one_of(LAST_NAMES),
                "URL": "" if hidden else self._address(),
                "Email Address": "" if hidden else self._one_of(EMAILS),
                "Company": self._one_of(COMPANIES),
                "Position": self._one_of(("Founder", "CEO & Founder", "X" * 300, "")),
                "Connected On": self._one_of(CONNECTED_ON),
            }

        return _text(header, self._rows(row, 8))

    def _messages(self) -> str:
        def row() -> Row:
            is_mine = self.chance.random() < 0.5
            goes_out = is_mine or self.chance.random() < 0.3
            sender, to = "Mia Owner" if is_mine else self._name(), ", ".join(self._several(self._name))
            sent_at, folder = self._one_of(SENT_AT), self._one_of(("INBOX", "SENT", "SPAM", ""))
            content = self._one_of(("hi", "<b>x</b>", ""))
            return {
                "CONVERSATION ID": self._one_of(("c1", "c2", "")),
                "FROM": sender,
                "SENDER PROFILE URL": OWN_URL if is_mine else self._address(),
                "TO": to if goes_out else "Mia Owner",
                "RECIPIENT PROFILE URLS": ",".join(self._several(self._address)) if goes_out else OWN_URL,
                "DATE": sent_at,
                "CONTENT": content,
                "FOLDER": folder,
                "IS MESSAGE DRAFT": self._one_of(("", "No", "Yes")),
                "From": sender,
                "To": to if goes_out else "Mia Owner",
                "Date": sent_at,
                "Content": content,
                "Direction": self._one_of(("OUTGOING", "INCOMING", "")),
                "Folder": folder,
            }

        return _text(self._one_of(MESSAGE_HEADERS), self._rows(row, 10))

    def _invitations(self) -> str:
        def row() -> Row:
            goes_out = self.chance.random() < 0.5
            return {
                "From": "Mia Owner" if goes_out else self._name(),
                "To": self._name() if goes_out else "Mia Owner",
                "Sent At": self._one_of(INVITED_AT),
                "Direction": self._one_of(("OUTGOING" if goes_out else "INCOMING", "")),
                "inviterProfileUrl": OWN_URL if goes_out else self._address(),
                "inviteeProfileUrl": self._address() if goes_out else OWN_URL,
            }

        return _text("From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl", self._rows(row, 5))

    def _follows(self) -> str:
        def row() -> Row:
            return {
                "Date": self._one_of(SENT_AT),
                "Status": self._one_of(("Active", "Unfollow", "")),
                "FullName": self._name(),
            }

        return _text("Date,Status,FullName", self._rows(row, 6))

    def _endorsements(self, who: str) -> str:
        def row() -> Row:
            return {
                "Endorsement Date": self._one_of(("2024/03/05 06:07:08 UTC", "")),
                "Skill Name": "SQL",
                f"{who} First Name": self._one_of(FIRST_NAMES),
                f"{who} Last Name": self._one_of(LAST_NAMES),
                f"{who} Public Url": self._address(),
                "Endorsement Status": self._one_of(("ACCEPTED", "PENDING", "")),
            }

        names = f"{who} First Name,{who} Last Name,{who} Public Url"
        return _text(f"Endorsement Date,Skill Name,{names},Endorsement Status", self._rows(row, 3))

    def _recommendations(self) -> str:
        def row() -> Row:
            return {
                "First Name": self._one_of(FIRST_NAMES),
                "Last Name": self._one_of(LAST_NAMES),
                "Company": self._one_of(COMPANIES),
                "Text": "great",
                "Creation Date": self._one_of(("03/05/24, 06:07 AM", "")),
                "Status": self._one_of(("VISIBLE", "PENDING")),
            }

        return _text("First Name,Last Name,Company,Job Title,Text,Creation Date,Status", self._rows(row, 2))

    def _list(self) -> str:
        header = self._one_of(
            (
                "profileUrl,fullName,memberId",
                "Profile URL,Name,Followed at",
                "First Name,Last Name,LinkedIn URL,Email,Tags",
            )
        )

        def row() -> Row:
            name, address = self._name(), self._address()
            return {
                "profileUrl": address,
                "fullName": name,
                "memberId": self._one_of(MEMBER_IDS),
                "Profile URL": address,
                "Name": name,
                "Followed at": self._one_of(("2024-03-05", "")),
                "First Name": self._one_of(FIRST_NAMES),
                "Last Name": self._one_of(LAST_NAMES),
                "LinkedIn URL": address,
                "Email": self._one_of(EMAILS),
                "Tags": self._one_of(("a;b", "=x", "")),
            }

        return _text(header, self._rows(row, 4))

    def _one_of(self, values: Sequence[str]) -> str:
        return self.chance.choice(values)

    def _rows(self, row: Callable[[], Row], most: int) -> list[Row]:
        """Up to so many rows, some of them twice."""
        rows = [row() for _ in range(self.chance.randint(0, most))]
        return [again for one in rows for again in [one] * (2 if self.chance.random() < 0.15 else 1)]

    def _several(self, one: Callable[[], str]) -> list[str]:
        return [one() for _ in range(self.chance.choice((0, 1, 1, 3)))]

    def _address(self) -> str:
        return self._one_of(PAGES).format(self._one_of(SLUGS)) if self.chance.random() < 0.9 else ""

    def _name(self) -> str:
        if self.chance.random() < 0.1:
            return "LinkedIn Member"
        return f"{self._one_of(FIRST_NAMES)} {self._one_of(LAST_NAMES)}".strip()


def faults_of(seed: int, folder: Path) -> list[str]:
    """What is wrong with a home that was built of the exports of a seed, one line each."""
    settings = Settings(home=folder / "home", root=project_root(), today=TODAY)
    odd = OddExports(seed)
    files = odd.write(folder)
    one_by_one = odd.chance.random() < 0.5
    try:
        for number, (path, said) in enumerate(files, start=1):
            with Session(settings) as session:
                session.load(Request((path,), said))
                if one_by_one or number == len(files):
                    session.build()
    except CheckFailed as failure:
        return [str(failure)]
    with read_published(settings.published_database) as reader:
        return [*_strangers(reader), *_other_today(reader)]


def _strangers(reader: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables that name somebody who is no contact."""
    tables = reader.execute(
        """
        select table_name
        from duckdb_columns()
        where column_name in ('owner', 'person_id') and not internal
            and table_name not in ('person_keys', 'person_aliases')
        group by table_name
        having count(*) = 2
        """
    ).fetchall()
    found = []
    for (table,) in tables:
        strangers = reader.execute(
            f"select person_id from {table} where person_id is not null "
            "and (owner, person_id) not in (select owner, person_id from contacts)"
        ).fetchall()
        if strangers:
            found.append(f"{table} names {strangers[0][0]}, who is no contact")
    return found


def _other_today(reader: duckdb.DuckDBPyConnection) -> list[str]:
    """Contacts of whom contacts_as_of says something else of today."""
    columns = "owner, person_id, full_name, profile_url, segment, is_connection, follows_me, i_follow"
    today = f"select {columns} from contacts_as_of(date '{TODAY}')"
    now = f"select {columns} from contacts"
    differing = reader.execute(
        f"select 'only as of today', * from ({today} except {now}) "
        f"union all select 'only now', * from ({now} except {today})"
    ).fetchall()
    return [f"{row[0]}: {row[1:]}" for row in differing]


def _text(header: str, rows: Sequence[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, header.split(","), restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--homes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong = 0
    for seed in range(options.seed, options.seed + options.homes):
        folder = Path(tempfile.mkdtemp(prefix="odd-home-"))
        faults = faults_of(seed, folder)
        shutil.rmtree(folder)
        wrong += bool(faults)
        for fault in faults:
            print(f"seed {seed}: {fault}", flush=True)
    print(f"{options.homes} homes, {wrong} of them wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
