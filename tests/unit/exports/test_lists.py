"""Lists of people in every layout that is known, as their tools write them; all people are made up."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from linkstrata.exports import list_layouts, typed_rows
from linkstrata.exports.container import Refused, open_export
from linkstrata.exports.lists import SOURCES, read_list
from linkstrata.exports.members import MemberFailed, MemberReading

from .conftest import read_path

ACO = "ACoAABtEsT0001xYz"
SALES = "ACwAABtEsT0001xYz"


class Read:
    """A list that was read: its frames as one, and the reading itself."""

    def __init__(self, reading: MemberReading) -> None:
        self.reading = reading
        self.frame = pl.concat(reading.frames()) if reading.status == "loaded" else pl.DataFrame()
        assert reading.rows_in_file == self.frame.height + len(reading.rejected)

    def rows(self, *columns: str) -> list[tuple[object, ...]]:
        return self.frame.select(columns).rows()

    def row(self, *columns: str) -> tuple[object, ...]:
        (only,) = self.rows(*columns)
        return only


def read(path: Path, mapping: Mapping[str, str] | None = None) -> Read:
    with open_export(path) as export:
        reading = read_list(export.members[0], mapping or {})
        assert reading is not None
        return Read(reading)


def table(path: Path, header: str, *rows: Sequence[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return path


def written(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


# --- follower lists by tool ---


@pytest.mark.parametrize("slash", ["", "/"])
def test_phantombuster_follower_collector(tmp_path: Path, slash: str) -> None:
    header = "profileLink,fullName,firstName,lastName,followers,isFollowing,timestamp"
    link = f"https://www.linkedin.com/in/{ACO}{slash}"
    found = read(
        table(
            tmp_path / "result.csv",
            header,
            [link, "Ada Example", "Ada", "Example", "1,234 followers", "true", "2026-01-02T08:30:00.250Z"],
        )
    )
    assert found.reading.table == "follower_list", "by its columns: the name says nothing"
    assert found.row("member_id", "profile_url", "full_name", "first_name", "last_name") == (
        ACO,
        None,
        "Ada Example",
        "Ada",
        "Example",
    ), "an id in a profile's address is an id, upper and lower case kept, and no slug"
    assert found.row("followers", "is_following", "observed_at", "followed_at") == (
        1234,
        True,
        datetime(2026, 1, 2, 8, 30, 0, 250_000),
        None,
    ), "the time of scraping is not the day they followed"


def test_phantombuster_result_as_json(tmp_path: Path) -> None:
    person = {
        "profileLink": f"https://www.linkedin.com/in/{ACO}",
        "fullName": "Ada Example",
        "followers": 1234,
        "isFollowing": False,
        "timestamp": "2026-01-02T08:30:00.000Z",
    }
    for name, content in (("result.json", [person]), ("agent.json", {"resultObject": json.dumps([person])})):
        found = read(written(tmp_path / name, content))
        assert found.reading.table == "follower_list"
        assert found.row("member_id", "followers", "is_following") == (ACO, 1234, False)


def test_json_with_a_byte_order_mark_and_half_letters(tmp_path: Path) -> None:
    path = tmp_path / "followers.json"
    path.write_bytes(
        b'\xef\xbb\xbf[{"profileUrl": "https://www.linkedin.com/in/ada-example", "fullName": "Ada \\ud83d"}]'
    )
    assert read(path).row("full_name") == ("Ada ?",)


def test_n8n_tracker_master(tmp_path: Path) -> None:
    header = (
        "classification,scrapeRound,fullName,firstName_from_input,lastName_from_input,profileUrl,followers,isFollowing,"
        "timestamp of download,companyIndustry"
    )
    row = ["lead", "3", "Ada Example", "Ada", "Example", "https://www.linkedin.com/in/ada-example", "12K", "no"]
    found = read(table(tmp_path / "master.csv", header, [*row, "2026-01-02 08:30:00", "Lighthouses"]))
    assert found.reading.table == "follower_list"
    assert found.row("first_name", "last_name", "profile_url", "followers", "is_following", "observed_at") == (
        "Ada",
        "Example",
        "https://www.linkedin.com/in/ada-example",
        12_000,
        False,
        datetime(2026, 1, 2, 8, 30),
    )
    assert json.loads(str(found.row("extra")[0])) == {
        "classification": "lead",
        "scrapeRound": "3",
        "companyIndustry": "Lighthouses",
    }
    assert found.reading.detail == "unknown columns kept: classification, scrapeRound, companyIndustry"


CONSOLE = "index,name,profileUrl,jobTitle,profileImageUrl,connectionInsights,isFollowingBack,memberUrn,extractedDate"


def test_console_script(tmp_path: Path) -> None:
    found = read(
        table(
            tmp_path / "linkedin_followers.csv",
            CONSOLE,
            ["1", "Ada Example is open to work", "https://www.linkedin.com/in/ada-example", "Keeper at Port Testa",
             "N/A", "N/A", "Yes", "urn:li:member:900000001", "2026-01-02T08:30:00.000Z"],
            ["2", "N/A", "N/A", "N/A", "N/A", "N/A", "No", "urn:li:member:900000002", "2026-01-02T08:30:00.000Z"],
        )
    )  # fmt: skip
    assert found.reading.table == "follower_list"
    assert found.rows("full_name", "profile_url", "headline", "is_following", "member_number") == [
        ("Ada Example", "https://www.linkedin.com/in/ada-example", "Keeper at Port Testa", True, "900000001"),
        (None, None, None, False, "900000002"),
    ], "N/A is nothing; a list without a column for job titles heads headlines with it"


@pytest.mark.parametrize(
    "noisy",
    [
        "Status is reachable Ada Example",
        "Status is offlineAda ExampleView Ada Example’s profile",
        "Ada Example, is open to work",
        "Ada Example #OPEN_TO_WORK",
        "Ada Example • 2nd",
    ],
)
def test_names_lose_what_the_page_says_around_them(tmp_path: Path, noisy: str) -> None:
    row = ["1", noisy, "https://www.linkedin.com/in/ada-example", "", "", "", "Yes", "", ""]
    assert read(table(tmp_path / "followers.csv", CONSOLE, row)).row("full_name") == ("Ada Example",)


def test_names_that_only_look_like_noise_stay(tmp_path: Path) -> None:
    path = tmp_path / "followers.csv"
    names = ["Ada Viewpoint", "None Null", "Maja Statusis", "Na N"]
    rows = [["", name, f"https://www.linkedin.com/in/p-{place}", *[""] * 6] for place, name in enumerate(names)]
    assert [name for (name,) in read(table(path, CONSOLE, *rows)).rows("full_name")] == names


def test_edges_follower_list_carries_ids_of_four_kinds(tmp_path: Path) -> None:
    header = (
        "first_name,last_name,full_name,sales_navigator_profile_id,headline,linkedin_profile_handle,linkedin_profile_url,"
        "followed_at,profile_image_url,linkedin_people_post_search_url,linkedin_profile_id,is_following"
    )
    row = [
        "Ada",
        "Example",
        "Ada Example",
        SALES,
        "Keeper",
        "ada-example",
        f"https://www.linkedin.com/in/{ACO}",
        "2 mo",
    ]
    found = read(table(tmp_path / "followers_1767342600.csv", header, [*row, "", "", "900000001", "1"]))
    assert found.reading.table == "follower_list"
    assert found.row("profile_url", "member_id", "member_number", "sales_id", "followed_at", "is_following") == (
        "https://www.linkedin.com/in/ada-example",
        ACO,
        "900000001",
        SALES,
        "2 mo",
        True,
    ), "a list with an id and a slug bridges the two"


def test_unipile_items(tmp_path: Path) -> None:
    answer = {
        "object": "FollowersList",
        "items": [
            {"object": "Follower", "id": ACO, "name": "Ada Example", "headline": "Keeper", "profileUrl": None},
            {
                "id": "17",
                "name": "Ben Sample",
                "headline": None,
                "profileUrl": "https://www.linkedin.com/in/ben-sample",
            },
        ],
        "cursor": None,
    }
    found = read(written(tmp_path / "answer.json", answer))
    assert found.reading.table == "follower_list", "the answer says so"
    assert found.rows("member_id", "member_number", "profile_url", "full_name") == [
        (ACO, None, None, "Ada Example"),
        (None, None, "https://www.linkedin.com/in/ben-sample", "Ben Sample"),
    ], "a mere number under id is the row's"
    assert json.loads(str(found.rows("extra")[1][0])) == {"id": "17"}


def test_follower_list_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "followers.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet("People")
        sheet.write_row(0, 0, ["My followers"])
        sheet.write_row(2, 0, ["Profile URL", "Full name", "Followers", "Is following"])
        sheet.write_row(3, 0, ["https://www.linkedin.com/in/ada-example", "Ada Example", 1234, True])
    found = read(path)
    assert found.reading.table == "follower_list"
    assert found.row("profile_url", "full_name", "followers", "is_following", "line_number") == (
        "https://www.linkedin.com/in/ada-example",
        "Ada Example",
        1234,
        True,
        4,
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [("1,234 followers", 1234), ("1.234", 1234), ("1 234", 1234), ("12.5K", 12_500), ("2,1M", 2_100_000), ("500+", 500),
     ("1234.0", 1234), ("N/A", None), ("", None), ("0", 0)],
)  # fmt: skip
def test_counts_of_followers_in_every_spelling(tmp_path: Path, text: str, count: int | None) -> None:
    path = table(tmp_path / "followers.csv", "profileUrl,followers", ["https://www.linkedin.com/in/ada-example", text])
    assert read(path).row("followers", "extra") == (count, None)


@pytest.mark.parametrize(
    ("text", "flag"),
    [("Yes", True), ("TRUE", True), ("1", True), ("sim", True), ("Following", True), ("No", False), ("false", False),
     ("0", False), ("não", False), ("N/A", None), ("", None)],
)  # fmt: skip
def test_flags_in_many_spellings(tmp_path: Path, text: str, flag: bool | None) -> None:
    path = table(tmp_path / "x.csv", "profileUrl,isFollowing", ["https://www.linkedin.com/in/ada-example", text])
    assert read(path).row("is_following", "extra") == (flag, None)


def test_what_cannot_be_read_as_its_type_is_kept(tmp_path: Path) -> None:
    header = "profileUrl,followers,isFollowing,timestamp"
    row = ["https://www.linkedin.com/in/ada-example", "many", "maybe", "lately"]
    found = read(table(tmp_path / "followers.csv", header, row))
    assert found.row("followers", "is_following", "observed_at") == (None, None, None)
    assert json.loads(str(found.row("extra")[0])) == {
        "followers": "many",
        "isFollowing": "maybe",
        "timestamp": "lately",
    }


def test_times_are_settled_by_the_whole_list(tmp_path: Path) -> None:
    people = [
        ["https://www.linkedin.com/in/p-1", "02/01/2026, 08:30:00"],
        ["https://www.linkedin.com/in/p-2", "13/01/2026"],
    ]
    found = read(table(tmp_path / "followers.csv", "profileUrl,extractedDate", *people))
    assert found.rows("observed_at") == [(datetime(2026, 1, 2, 8, 30),), (datetime(2026, 1, 13),)]
    undecided = read(table(tmp_path / "followers (1).csv", "profileUrl,extractedDate", people[0]))
    assert undecided.row("observed_at") == (None,)
    assert "02/01/2026" in str(undecided.row("extra")[0])


@pytest.mark.parametrize("moment", ["1767342600000", "2026-01-02T09:30:00+01:00", "2026-01-02 08:30:00 UTC"])
def test_times_are_utc(tmp_path: Path, moment: str) -> None:
    path = table(
        tmp_path / "followers.csv", "profileUrl,scrapedAt", ["https://www.linkedin.com/in/ada-example", moment]
    )
    assert read(path).row("observed_at") == (datetime(2026, 1, 2, 8, 30),)


def test_a_row_that_names_nobody_is_rejected(tmp_path: Path) -> None:
    people = [["https://www.linkedin.com/in/ada-example", "Ada Example", "5"], ["", "", "7"], ["N/A", "N/A", "9"]]
    found = read(table(tmp_path / "followers.csv", "profileUrl,fullName,followers", *people))
    assert found.rows("full_name") == [("Ada Example",)]
    assert [(each.line_number, each.reason) for each in found.reading.rejected] == [
        (3, "no address, id, name or e-mail: it names nobody"),
        (4, "no address, id, name or e-mail: it names nobody"),
    ]


def test_a_header_alone_is_an_empty_list(tmp_path: Path) -> None:
    found = read(table(tmp_path / "followers.csv", CONSOLE))
    assert (found.reading.table, found.reading.status) == ("follower_list", "empty")
    other = read(table(tmp_path / "people.csv", "profileUrl,fullName"))
    assert (other.reading.table, other.reading.status) == ("contact_list", "empty"), "whatever it is called"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_lists_in_other_encodings_and_with_semicolons(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "seguidores.csv"
    path.write_text("profileUrl;fullName\nhttps://www.linkedin.com/in/jose-x;José Exemplo\n", encoding=encoding)
    found = read(path)
    assert (found.reading.table, found.row("full_name")) == ("follower_list", ("José Exemplo",))


@pytest.mark.parametrize("odd_row", [[], ["only", "two"], ["one", "too", "many", "cells", "in", "here"]])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_large_list_is_read_like_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd_row: list[str], line_end: str
) -> None:
    path = tmp_path / "followers.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(f"a note{line_end}{line_end}")
        writer = csv.writer(stream, lineterminator=line_end)
        writer.writerow(["profileUrl", "fullName", "headline", "what, é", "mood"])
        for number in range(500):
            address = f"https://www.linkedin.com/in/p-{number}" if number % 9 else ""
            name = f"Ada Example {number}" if number % 9 else ""
            headline = ("two\nlines", 'says "no"', "a, b", "")[number % 4]
            writer.writerow([address, name, headline, ("", 'x"y', "tab\t", "é")[number % 4], ("", "\\")[number % 2]])
            if number == 300:
                writer.writerow(odd_row)
    carefully = read(path)
    monkeypatch.setattr(list_layouts, "LARGE_BYTES", 0)
    monkeypatch.setattr(list_layouts, "BLOCK_BYTES", 4_000)
    monkeypatch.setattr(typed_rows, "BATCH_ROWS", 100)
    quickly = read(path)
    assert quickly.frame.equals(carefully.frame)
    assert quickly.reading.rejected == carefully.reading.rejected
    assert len(quickly.rows("full_name")) == 444


# --- which kind of list ---


def test_a_list_is_no_follower_list_unless_something_says_so(tmp_path: Path) -> None:
    row = ["https://www.linkedin.com/in/ada-example", "Ada Example", "true"]
    followed = read(table(tmp_path / "following 2026.csv", "profileUrl,fullName,isFollowing", row))
    assert followed.reading.table == "contact_list", "whom the member follows, whatever its columns"
    kinds = {
        name: read(table(tmp_path / name, "profileUrl,fullName", row[:2])).reading.table
        for name in (
            "followers.csv",
            "Seguidores 2026.csv",
            "abonnés.csv",
            "people.csv",
            "following.csv",
            "who I follow.csv",
        )
    }
    assert kinds == {
        "followers.csv": "follower_list",
        "Seguidores 2026.csv": "follower_list",
        "abonnés.csv": "follower_list",
        "people.csv": "contact_list",
        "following.csv": "contact_list",
        "who I follow.csv": "contact_list",
    }


ENGAGERS = (
    "profileLink,firstName,lastName,fullName,postsUrl,degree,sourceUserId,memberId,occupation,timestamp,hasLiked,"
    "isProcessed"
)


def test_people_who_liked_a_post_follow_nobody_for_that(tmp_path: Path) -> None:
    post = "https://www.linkedin.com/feed/update/urn:li:activity:7000000000000000001"
    link = f"https://www.linkedin.com/in/{ACO}"
    liked = [link, "Ada", "Example", "Ada Example", post, "2nd", "900000009", "900000001", "Keeper",
             "2026-01-02T08:30:00.000Z", "true", "true"]  # fmt: skip
    found = read(table(tmp_path / "followers who liked.csv", ENGAGERS, liked))
    assert found.reading.table == "post_engagers"
    assert SOURCES["post_engagers"] == "contact_list"
    assert found.row("member_id", "member_number", "degree", "headline", "post_url", "has_liked", "has_commented") == (
        ACO,
        "900000001",
        "2nd",
        "Keeper",
        post,
        True,
        None,
    )
    assert json.loads(str(found.row("extra")[0])) == {"sourceUserId": "900000009", "isProcessed": "true"}
    header = f"{ENGAGERS},comments,hasCommented,lastCommentedAt,commentUrl,isFromPostAuthor,postContent"
    said = [*liked, "Well\nsaid", "true", "2026-01-01T10:00:00.000Z", post + "?comment=1", "false", "A post"]
    only_liked = read(table(tmp_path / "liked.csv", "profileLink,hasLiked", [link, "true"]))
    assert only_liked.reading.table == "post_engagers"
    commented = read(table(tmp_path / "result.csv", header, said))
    assert commented.row("comments", "has_commented", "last_commented_at", "comment_url") == (
        "Well\nsaid",
        True,
        "2026-01-01T10:00:00.000Z",
        post + "?comment=1",
    )


def test_followers_of_a_company_page_are_not_the_members(tmp_path: Path) -> None:
    voyager = read(
        table(
            tmp_path / "followers.csv",
            "firstName,lastName,headline,publicIdentifier,linkedinUrl,followedAt.text,followedAt.accessibilityText,entityUrn",
            ["Ada", "Example", "Keeper", "ada-example", "https://www.linkedin.com/in/ada-example", "January 2026",
             "Followed in January 2026", f"urn:li:fsd_profile:{ACO}"],
        )
    )  # fmt: skip
    naas = read(
        table(
            tmp_path / "followers (1).csv",
            "FIRSTNAME,LASTNAME,OCCUPATION,PROFILE_PICTURE,PROFILE_URL,PROFILE_ID,PUBLIC_ID,FOLLOWED_AT,DISTANCE",
            ["Ada", "Example", "Keeper", "", "https://www.linkedin.com/in/ada-example", ACO, "ada-example",
             "2026-01-15", "DISTANCE_2"],
        )
    )  # fmt: skip
    assert SOURCES["company_page_follower_list"] == "company_page"
    for found, followed in ((voyager, "January 2026"), (naas, "2026-01-15")):
        assert found.reading.table == "company_page_follower_list"
        assert found.row("profile_url", "member_id", "first_name", "headline", "followed_at") == (
            "https://www.linkedin.com/in/ada-example",
            ACO,
            "Ada",
            "Keeper",
            followed,
        )
    assert naas.row("degree") == ("DISTANCE_2",)


def test_followers_of_a_company_page_in_linkedins_own_answer(tmp_path: Path) -> None:
    urn = f"urn:li:fsd_profile:{ACO}"
    page = {
        "data": {
            "organizationDashFollowersByOrganizationalPage": {
                "elements": [{"followerV2": {"*profile": urn}, "followedAt": {"text": "January 2026"}}]
            }
        },
        "included": [
            {"entityUrn": "urn:li:fsd_company:5", "name": "Acme"},
            {"entityUrn": urn, "firstName": "Ada", "lastName": "Example", "publicIdentifier": "ada-example"},
        ],
    }
    found = read(written(tmp_path / "followers_page_1.json", page))
    assert found.reading.table == "company_page_follower_list"
    assert found.row("profile_url", "member_id", "first_name", "followed_at") == (
        "https://www.linkedin.com/in/ada-example",
        ACO,
        "Ada",
        "January 2026",
    )


def test_phantombuster_enrichment_bridges_id_and_slug(tmp_path: Path) -> None:
    header = (
        "linkedinProfileUrl,linkedinProfileUrn,linkedinProfileSlug,linkedinProfileId,linkedinHeadline,linkedinJobTitle,"
        "companyName,companyIndustry,location"
    )
    row = [
        "https://www.linkedin.com/in/ada-example/",
        ACO,
        "ada-example",
        "900000001",
        "Keeper & more",
        "Keeper",
        "Acme",
    ]
    found = read(table(tmp_path / "enriched.csv", header, [*row, "Lighthouses", "Port Testa"]))
    assert found.reading.table == "contact_list"
    columns = ("profile_url", "member_id", "member_number", "headline", "position", "company", "location")
    assert found.row(*columns) == (
        "https://www.linkedin.com/in/ada-example/",
        ACO,
        "900000001",
        "Keeper & more",
        "Keeper",
        "Acme",
        "Port Testa",
    )


def test_scraper_ids_and_addresses_of_sales_navigator(tmp_path: Path) -> None:
    lead = f"{SALES},NAME_SEARCH,a1B2"
    header = "id,Full name,Profile url,First name,Last name,Avatar,Title,Company,Position"
    row = [lead, "Ada Example", f"https://www.linkedin.com/sales/lead/{lead}", "Ada", "Example", "", "Keeps lights"]
    found = read(table(tmp_path / "Invited.csv", header, [*row, "Acme", "Keeper"]))
    assert found.reading.table == "contact_list"
    assert found.row("sales_id", "profile_url", "full_name", "headline", "company", "position") == (
        SALES,
        None,
        "Ada Example",
        "Keeps lights",
        "Acme",
        "Keeper",
    )


def test_crm_export_brings_tags_and_notes(tmp_path: Path) -> None:
    header = "First Name,Last Name,Email,LinkedIn URL,Company,Job Title,Tags,Notes,Phone"
    row = [
        "Ada",
        "Example",
        "ada@example.test",
        "linkedin.com/in/ada-example",
        "Acme",
        "Keeper",
        "vip;press",
        "met, twice",
    ]
    found = read(table(tmp_path / "contacts.csv", header, [*row, "000"]))
    assert found.reading.table == "contact_list"
    assert found.row("profile_url", "email", "company", "position", "tags", "notes", "extra") == (
        "linkedin.com/in/ada-example",
        "ada@example.test",
        "Acme",
        "Keeper",
        "vip;press",
        "met, twice",
        '{"Phone": "000"}',
    )


@pytest.mark.parametrize(
    "person",
    [
        {"firstName": "Ada", "lastName": "Example", "linkedinUrl": "https://www.linkedin.com/in/ada-example",
         "headline": "Keeper", "company": "Acme", "emails": ["ada@example.test"]},
        {"givenName": "Ada", "familyName": "Example", "profile_url": "https://www.linkedin.com/in/ada-example",
         "title": "Keeper", "organization": "Acme", "email": "ada@example.test"},
        {"first_name": "Ada", "last_name": "Example", "url": "https://www.linkedin.com/in/ada-example",
         "jobTitle": "Keeper", "companyName": "Acme", "email": "ada@example.test"},
    ],
)  # fmt: skip
def test_crm_json_under_every_alias(tmp_path: Path, person: dict[str, object]) -> None:
    found = read(written(tmp_path / "contacts.json", {"data": [person]}))
    assert found.reading.table == "contact_list"
    assert found.row("first_name", "last_name", "profile_url", "company", "email") == (
        "Ada",
        "Example",
        "https://www.linkedin.com/in/ada-example",
        "Acme",
        "ada@example.test",
    )
    assert "Keeper" in found.row("headline", "position")


OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Suffix,E-mail Address,E-mail 2 Address,E-mail 3 Address,Business Street,"
    "Business City,Company,Department,Job Title,Notes,Web Page,Personal Web Page"
)


def test_outlook_connections_of_old_have_neither_address_nor_date(tmp_path: Path) -> None:
    row = ["", "Ada", "", "Example", "", "ada@example.test", "", "", "", "", "Acme", "", "Keeper", "", "", ""]
    path = table(tmp_path / "linkedin_connections_export_microsoft_outlook.csv", OUTLOOK, row)
    found = read(path)
    assert found.reading.table == "contact_list"
    assert found.row("first_name", "last_name", "email", "company", "position", "profile_url") == (
        "Ada",
        "Example",
        "ada@example.test",
        "Acme",
        "Keeper",
        None,
    )


@pytest.mark.parametrize(
    ("name", "header"),
    [
        (
            "linkedin_connections_export_microsoft_outlook_express.csv",
            "First Name,Last Name,E-mail Address,Company,Job Title",
        ),
        ("linkedin_connections_export_yahoo.csv", "First,Last,Email,Company,Title"),
    ],
)
def test_connections_exported_for_other_address_books(tmp_path: Path, name: str, header: str) -> None:
    found = read(table(tmp_path / name, header, ["Ada", "Example", "ada@example.test", "Acme", "Keeper"]))
    assert found.reading.table == "contact_list"
    assert found.row("first_name", "last_name", "email", "company", "position") == (
        "Ada",
        "Example",
        "ada@example.test",
        "Acme",
        "Keeper",
    )


# --- headings ---

ADA = "https://www.linkedin.com/in/ada-example"
MOMENT = datetime(2026, 1, 2, 8, 30)


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value"),
    [
        *((heading, ADA, "profile_url", ADA) for heading in (
            "profileLink", "profileUrl", "profile_url", "Profile url", "URL", "linkedinUrl", "linkedin_profile_url",
            "LinkedIn URL", "linkedInProfileUrl", "defaultProfileUrl", "PROFILE_URL", "profile", "linkedin_url",
        )),
        *((heading, "urn:li:member:900000001", "member_number", "900000001") for heading in (
            "memberUrn", "entityUrn", "vmid", "memberId", "linkedin_profile_id", "PROFILE_ID", "profileUrn",
        )),
        *((heading, ACO, "member_id", ACO) for heading in ("vmid", "PROFILE_ID", "profileUrn", "id")),
        *((heading, f"{SALES},NAME_SEARCH,x1", "sales_id", SALES) for heading in ("id", "sales_navigator_profile_id")),
        *((heading, "Ada Example", "full_name", "Ada Example") for heading in (
            "fullName", "full_name", "name", "Full name", "displayName",
        )),
        *((heading, "Keeper", "headline", "Keeper") for heading in ("headline", "occupation", "OCCUPATION")),
        *((heading, "Keeper", "position", "Keeper") for heading in ("jobTitle", "title")),
        *((heading, "2 mo", "followed_at", "2 mo") for heading in (
            "followedAt", "followed_at", "FOLLOWED_AT", "followedAt.text",
        )),
        *((heading, "2026-01-02T08:30:00.000Z", "observed_at", MOMENT) for heading in (
            "timestamp", "extractedDate", "timestamp of download", "scrapedAt",
        )),
    ],
)  # fmt: skip
def test_every_heading_by_which_tools_call_a_field(
    tmp_path: Path, heading: str, cell: str, field: str, value: object
) -> None:
    # Beside an address of another person's name, so that no heading has to carry the list alone.
    beside = ("publicIdentifier", "ada-other") if field != "profile_url" else ("email", "ada@example.test")
    found = read(table(tmp_path / "people.csv", f"{heading},{beside[0]}", [cell, beside[1]]))
    assert found.row(field, "extra") == (value, None)


# --- the user's own word ---


def test_a_mapping_reads_what_no_heading_tells(tmp_path: Path) -> None:
    path = table(
        tmp_path / "followers.csv", "Wer,Wo,X", ["Ada Example", "https://www.linkedin.com/in/ada-example", "5"]
    )
    with open_export(path) as export:
        assert read_list(export.members[0], {}) is None
    found = read(path, {"Wer": "full_name", "wo": "profile_url"})
    assert found.row("full_name", "profile_url") == ("Ada Example", "https://www.linkedin.com/in/ada-example")
    assert found.reading.detail == "unknown columns kept: X"


def test_a_mapping_wins_over_the_headings(tmp_path: Path) -> None:
    header = "profileUrl,headline,bio"
    path = table(tmp_path / "followers.csv", header, ["https://www.linkedin.com/in/ada-example", "wrong", "right"])
    found = read(path, {"bio": "headline"})
    assert found.row("headline") == ("right",)
    assert json.loads(str(found.row("extra")[0])) == {"headline": "wrong"}


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"bio": "mood"}, "--map bio=mood: no such field; there are profile_url, member_id"),
        ({"mood": "headline"}, "--map mood=headline: no column 'mood'; there are profileUrl, bio"),
    ],
)
def test_a_mapping_that_names_what_is_not_there(tmp_path: Path, mapping: dict[str, str], message: str) -> None:
    path = table(tmp_path / "followers.csv", "profileUrl,bio", ["https://www.linkedin.com/in/ada-example", "x"])
    with open_export(path) as export, pytest.raises(Refused) as refusal:
        read_list(export.members[0], mapping)
    assert str(refusal.value).startswith(message)


# --- what is no list ---


def test_other_tables_are_no_lists_of_people(tmp_path: Path) -> None:
    paths = [
        table(tmp_path / "links.csv", "name,url", ["Acme", "https://example.test"]),
        table(
            tmp_path / "posts.csv", "url,timestamp", ["https://www.linkedin.com/feed/update/urn:li:activity:1", "now"]
        ),
        table(tmp_path / "ids.csv", "id,title,company", ["1", "Opening", "Acme"]),
        written(tmp_path / "page.json", {"elements": [{"snapshotDomain": "PROFILE", "snapshotData": []}]}),
        written(tmp_path / "numbers.json", [1, 2, 3]),
    ]
    for path in paths:
        with open_export(path) as export:
            assert read_list(export.members[0], {}) is None, path.name


@pytest.mark.parametrize("content", ['[{"profileUrl": "https://www.linkedin.com/in/a"', "[" * 100_000, "{\xff"])
def test_broken_json_fails_in_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "followers.json"
    path.write_bytes(content.encode("latin-1"))
    with open_export(path) as export, pytest.raises(MemberFailed, match="JSON is broken or cut short"):
        read_list(export.members[0], {})


def test_json_that_would_not_fit_into_memory_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "people.json"
    path.write_text(json.dumps([{"fullName": "Ann Sample", "profileUrl": "https://www.linkedin.com/in/ann"}]))
    assert read_path(path)["people.json"].table == "contact_list"
    monkeypatch.setattr(list_layouts, "LARGEST_JSON", path.stat().st_size - 1)
    with pytest.raises(Refused, match="is too large to read; save it as CSV"):
        read_path(path)


def test_json_without_a_value_is_broken(tmp_path):
    (tmp_path / "people.json").write_text(" \n")
    with pytest.raises(Refused, match="its JSON is broken or cut short; export it again"):
        read_path(tmp_path / "people.json")


def test_what_is_true_in_json_stays_true_as_json_has_it(tmp_path):
    path = tmp_path / "people.json"
    ann = {"fullName": "Ann Sample", "profileUrl": "https://www.linkedin.com/in/ann", "likesTea": True, "isTall": False}
    path.write_text(json.dumps([ann]))
    assert read_path(path)["people.json"].column("extra") == ['{"likesTea": "true", "isTall": "false"}']
