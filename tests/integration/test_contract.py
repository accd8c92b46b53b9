"""What the published tables say of files that are out of the ordinary: one home, an owner for each of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import small_home

from linkstrata.settings import Settings, project_root
from linkstrata.warehouse.connection import read_published
from linkstrata.warehouse.pipeline import Request, Session
from linkstrata.warehouse.receipts import Options

IN = "https://www.linkedin.com/in/"
CONNECTIONS = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"

MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER"
)
MESSAGE_ROWS = [
    (name, "", "Cleo", IN + "closed-owner", "LinkedIn Member", address, "2023-05-01 10:00:00 UTC", "", "Hi", "INBOX")
    for name, address in (("c1", IN + "someone"), ("c2", ""))
]
ENDORSEMENTS = (
    "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorser Public Url,Endorsement Status"
)
WITHOUT_ADDRESSES = "First Name,Last Name,Email Address,Company,Position,Connected On"
PAGE = f"""<html><head><title>Followers | LinkedIn</title></head><body><p>1,234 followers</p>
<div data-chameleon-result-urn="urn:li:member:7"><a href="{IN}ada"><span>Ada Quill</span></a>
<a href="{IN}ada">Ada</a></div>
</body></html>"""

Rows = list[tuple[object, ...]]


class Home:
    """A data home: files are handed over one by one and built together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(home=folder / "home", root=project_root(), today=date(2026, 12, 1))
        self.given: list[Request] = []

    def add(self, owner: str, day: str, name: str, header: str, *rows: Sequence[str], complete: bool = False) -> None:
        """A CSV file of an owner and a day."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header.split(","), *rows])
        self.add_text(owner, day, name, text.getvalue(), complete)

    def add_text(self, owner: str, day: str, name: str, text: str, complete: bool = False) -> None:
        path = self.folder / f"{len(self.given)}" / name
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
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


def sent(owner: str, names: str, addresses: str) -> Sequence[str]:
    """The one message of an owner to somebody, as a file shows it."""
    return ("c", "", "Me", IN + owner, names, addresses, "2021-05-01 10:00:00 UTC", "", "Hi", "INBOX")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("contract"))
    home.add("header", "2024-01-10", "Connections.csv", CONNECTIONS)
    home.add("undated", "2024-01-10", "Connections.csv", CONNECTIONS, person("Una Dated", "una", connected_on=""))
    home.add("names", "2024-01-10", "Connections.csv", CONNECTIONS, person("Only", "only"), person(" Last", "last"))
    home.add("list", "2024-01-10", "Connections.csv", CONNECTIONS, person("Ada Quill", "ada"), person("Bo Fern", "bo"))
    home.add("list", "2024-02-10", "people.csv", "profileUrl,fullName", (IN + "ada", "Ada Quill"), complete=True)
    home.add(
        "twice", "2024-01-10", "Connections.csv", CONNECTIONS, person("Di Twin", "di"), person("Di Twin", "di", "Zinc")
    )
    home.add("twice", "2024-02-10", "Connections.csv", CONNECTIONS, person("Di Twin", "di"))
    home.add("moved", "2024-01-10", "Connections.csv", CONNECTIONS, person("Ada Quill", "ada"))
    newcomer = person("Ada Newman", "ada", "Zinc", connected_on="20 Jan 2024")
    home.add("moved", "2024-02-10", "Connections.csv", CONNECTIONS, person("Ada Quill", "ada-quill"), newcomer)
    blanks = (" ", " ", " ", " ", " ", " ", "07 Mar 2020")
    closed = person("LinkedIn Member", "closed"), ("LinkedIn", "Member", "", "", "Acme", "", "06 Mar 2020")
    home.add("closed-owner", "2024-01-10", "Connections.csv", CONNECTIONS, *closed, blanks)
    members = (IN + "ACoAA1", "LinkedIn Member"), ("", "LinkedIn Member")
    home.add("closed-owner", "2024-01-11", "followers.csv", "profileUrl,fullName", *members)
    home.add("closed-owner", "2024-01-12", "messages.csv", MESSAGES, *MESSAGE_ROWS)
    home.add_text("page", "2024-01-10", "Followers.html", PAGE)
    for day, last_name in (("2023-11-18", "Mordoi"), ("2024-02-01", "Quilind")):
        bare = ("Safa", last_name, "", "Acme", "Engineer", "23 Jan 2021")
        home.add("renamed", day, "Connections.csv", WITHOUT_ADDRESSES, bare)
    home.add("renamed", "2023-11-18", "messages.csv", MESSAGES, sent("renamed", "Safa Mordoi", IN + "safa-mordoi"))
    safa = person("Safa Quilind", "safa-mordoi", connected_on="23 Jan 2021")
    home.add("renamed", "2024-10-01", "Connections.csv", CONNECTIONS, safa)
    for day, first_name in (("2024-02-10", "Newer"), ("2024-01-10", "Older")):  # in this order
        endorsed = ("2020/01/01 10:00:00 UTC", "SQL", first_name, "Endorser", IN + "endorser", "ACCEPTED")
        home.add("endorsed", day, "Endorsement_Received_Info.csv", ENDORSEMENTS, endorsed)
    two = person("Al Gone", "al"), person("Bo Fern", "bo")
    home.add("departed", "2024-01-10", "Connections.csv", CONNECTIONS, *two)
    home.add("departed", "2024-01-10", "messages.csv", MESSAGES, sent("departed", "Al Gone,Bo Fern", ""))
    home.add("departed", "2024-02-10", "messages.csv", MESSAGES, sent("departed", "LinkedIn Member,Bo Fern", IN + "bo"))
    for day, address in (("2024-01-10", ""), ("2024-02-10", IN + "dre")):
        home.add("degrees", day, "messages.csv", MESSAGES, sent("degrees", "Dre Hupo, PhD", address))
    both = f"{IN}ulb,{IN}bran"
    home.add("degrees", "2024-02-10", "messages-2.csv", MESSAGES, sent("degrees", "Ulb Kal, PMP,Bran Xat", both))
    invitations = "From,To,Sent At,Message,Direction"
    ways = ("Cor Mis", "", ""), ("Cor Nob", IN + "cor", IN + "invited")
    for day, (name, *addresses) in zip(("2024-01-10", "2024-02-10"), ways, strict=True):
        invited = (name, "Me", "11/2/23, 3:07 PM", "", "INCOMING", *addresses)
        header = f"{invitations},inviterProfileUrl,inviteeProfileUrl"
        home.add("invited", day, "Invitations.csv", header, invited)
    named = (IN + "ACoAAZef", "Zef Gran")
    home.add("perhaps", "2024-05-04", "followers.csv", "profileUrl,fullName", named)
    namesakes = person("Zef Gran", "zef", connected_on="01 Jul 2024"), person("Zef Gran", "zef-2")
    home.add("perhaps", "2024-10-01", "Connections.csv", CONNECTIONS, namesakes[0])
    home.add("perhaps", "2024-11-01", "Connections.csv", CONNECTIONS, *namesakes)
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


def test_who_stands_twice_in_a_file_changed_nothing_by_that(home: Home) -> None:
    assert home.rows("select event from contact_events where owner = 'twice'") == [("connected",)]


def test_an_address_that_passed_to_somebody_else_joins_no_two_persons(home: Home) -> None:
    contacts = home.rows("select full_name, profile_url, company from contacts where owner = 'moved' order by all")
    assert contacts == [("Ada Newman", IN + "ada", "Zinc"), ("Ada Quill", IN + "ada-quill", "Acme")]


def test_a_connection_of_a_day_before_the_first_file_has_a_name_and_no_job_yet(home: Home) -> None:
    columns = "full_name, first_name, profile_url, company, connected_on"
    (earlier, *_) = home.rows(
        f"select {columns} from contacts_as_of(date '2021-01-01') where owner = 'list' order by 1"
    )
    assert earlier == ("Ada Quill", "Ada", IN + "ada", None, date(2020, 3, 5))


def test_the_total_on_a_saved_page_of_followers_is_reported(home: Home) -> None:
    (day,) = home.rows("select day, followers, followers_basis from audience_daily where owner = 'page'")
    assert day == (date(2024, 1, 10), 1234, "reported")
    assert home.rows("select complete from archives where owner = 'page'") == [(False,)]


def test_linkedin_member_is_nobody_and_with_an_address_somebody_without_a_name(home: Home) -> None:
    contacts = home.rows("select full_name, profile_url, segment from contacts where owner = 'closed-owner' order by 2")
    assert contacts == [
        (None, IN + "ACoAA1", "follower_only"),
        (None, IN + "closed", "connection_and_follower"),
        (None, IN + "someone", "other_contact"),
    ]
    assert home.rows("select max(connections) from audience_daily where owner = 'closed-owner'") == [(3,)]
    messages = "select conversation_id, person_id is null from messages where owner = 'closed-owner' order by 1"
    assert home.rows(messages) == [("c1", False), ("c2", True)]


def test_a_list_of_recipients_names_each_of_them(tmp_path: Path) -> None:
    """A closed account has a name without an address, and files until 2021 have names alone."""
    home = small_home.empty_home(tmp_path)
    people = [small_home.Connection(name, slug) for name, slug in (("Ada Quill", "ada"), ("Bo Fern", "bo"))]
    rows = [
        ("LinkedIn Member,Bo Fern", IN + "bo", "10:00", "one of two closed"),
        ("LinkedIn Member,Ada Quill,LinkedIn Member,Bo Fern", f"{IN}ada,{IN}bo", "11:00", "two of four closed"),
        ("Ada Quill,Bo Fern", "", "12:00", "names alone"),
        ("Ada Quill, MBA", "", "13:00", "a degree"),
    ]
    members = {
        "Connections.csv": [small_home.CONNECTIONS, *(person.cells for person in people)],
        "messages.csv": [
            MESSAGES.split(","),
            *(
                ("c", "", "Mia Owner", IN + "mia-owner", to, urls, f"2023-01-01 {time}:00 UTC", "", text, "INBOX")
                for to, urls, time, text in rows
            ),
        ],
    }
    home.archive(date(2026, 1, 10), members)
    assert home.rows(
        """
        select m.content, c.full_name
        from messages as m
        left join contacts as c on c.owner = m.owner and c.person_id = m.person_id
        order by m.sent_at, c.full_name nulls last
        """
    ) == [
        ("one of two closed", "Bo Fern"),
        ("one of two closed", None),
        ("two of four closed", "Ada Quill"),
        ("two of four closed", "Bo Fern"),
        ("two of four closed", None),
        ("names alone", "Ada Quill"),
        ("names alone", "Bo Fern"),
        ("a degree", "Ada Quill"),
    ]


def test_a_new_name_on_one_day_of_connecting_is_no_second_person(home: Home) -> None:
    contacts = "select full_name, profile_url, is_connection from contacts where owner = 'renamed'"
    assert home.rows(contacts) == [("Safa Quilind", IN + "safa-mordoi", True)]
    changed = "select old_value, new_value from contact_events where owner = 'renamed' and event = 'name_changed'"
    assert home.rows(changed) == [("Safa Mordoi", "Safa Quilind")]


def test_the_newest_export_names_an_endorser_whenever_it_was_read(home: Home) -> None:
    assert home.rows("select full_name from endorsements where owner = 'endorsed'") == [("Newer Endorser",)]


def test_who_closed_their_account_is_named_by_an_older_file_among_several_recipients(home: Home) -> None:
    reached = "select c.profile_url from messages join contacts as c using (owner, person_id) where owner = 'departed'"
    assert home.rows(f"{reached} order by all") == [(IN + "al",), (IN + "bo",)]
    assert home.rows("select count(*) from messages where owner = 'departed'") == [(2,)]


def test_a_degree_behind_a_comma_is_no_second_recipient(home: Home) -> None:
    as_of = "select full_name from contacts_as_of(date '2024-01-20') where owner = 'degrees'"
    assert home.rows(as_of) == [("Dre Hupo, PhD",)]


def test_whom_a_list_may_name_is_nobody_before_a_file_names_them(home: Home) -> None:
    as_of = "select full_name, profile_url from contacts_as_of(date '2024-06-01') where owner = 'perhaps'"
    assert ("Zef Gran", IN + "ACoAAZef") in home.rows(as_of)
    assert not home.rows(f"select 1 from ({as_of}) where full_name is null")


def test_names_with_degrees_are_told_apart_by_the_blank_behind_their_commas(home: Home) -> None:
    query = "select full_name from contacts where owner = 'degrees' and full_name not like 'Dre%' order by 1"
    assert home.rows(query) == [("Bran Xat",), ("Ulb Kal, PMP",)]


def test_a_name_that_nobody_bears_today_is_who_invited_at_that_minute(home: Home) -> None:
    rows = home.rows(
        "select profile_url from invitations left join contacts using (owner, person_id) where owner = 'invited'"
    )
    assert rows == [(IN + "cor",)]
