"""Snapshots of the portability API in every shape that programs leave them in, with doubled pages and hidden rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linkstrata.exports import portability
from linkstrata.exports.catalogue import TABLES
from linkstrata.exports.container import Refused, open_export
from linkstrata.exports.portability import DOMAINS, Snapshots

from .conftest import Archive, read_path, write_zip

ANN = {
    "First Name": "Ann",
    "Last Name": "Example",
    "URL": "https://www.linkedin.com/in/ann-example",
    "Email Address": "",
    "Company": "Acme",
    "Position": "CTO",
    "Connected On": "05 Mar 2024",
}
HIDDEN = dict.fromkeys(ANN, "") | {"Connected On": "05 Mar 2024"}
OTHER_HIDDEN = HIDDEN | {"Connected On": "01 Jan 2020"}

Row = Mapping[str, Any]
ReadJson = Callable[..., Archive]


def person(name: str) -> Row:
    return ANN | {"First Name": name, "URL": f"https://www.linkedin.com/in/{name.lower()}"}


def page(rows: Sequence[Row], domain: str = "CONNECTIONS", start: int = 0, total: int = 1) -> dict[str, Any]:
    asked = f"/rest/memberSnapshotData?count=10&domain={domain}&q=criteria&start={start + 1}"
    links = [{"rel": "next", "href": asked}] if start + 1 < total else []
    return {
        "paging": {"start": start, "count": 10, "links": links, "total": total},
        "elements": [{"snapshotDomain": domain, "snapshotData": list(rows)}],
    }


def text(answer: object) -> str:
    return json.dumps(answer, ensure_ascii=False)


@pytest.fixture
def read_json(tmp_path: Path) -> ReadJson:
    def reads(answer: object, name: str = "snapshot.json") -> Archive:
        path = tmp_path / name
        path.write_text(answer if isinstance(answer, str) else text(answer), encoding="utf-8")
        return read_path(path)

    return reads


def names(archive: Archive, path: str = "snapshot.json#CONNECTIONS") -> list[str | None]:
    return archive[path].column("first_name")


# --- shapes ---

MIXED = {
    "elements": [
        {"snapshotDomain": "CONNECTIONS", "snapshotData": [ANN]},
        {"snapshotDomain": "SKILLS", "snapshotData": [{"Name": "SQL"}]},
    ]
}


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("page.json", page([ANN])),
        ("page.json", [page([ANN]), page([{"Name": "SQL"}], "SKILLS")]),
        ("page.json", MIXED),
        ("page.json", "\n".join(map(text, [page([ANN]), page([{"Name": "SQL"}], "SKILLS")]))),
        ("page.json", {"CONNECTIONS": [page([ANN])], "SKILLS": [page([{"Name": "SQL"}], "SKILLS")]}),
        ("page.json", {"snapshotDomain": "CONNECTIONS", "snapshotData": [ANN]}),
        ("page.json", {"snapshotDomain": "CONNECTIONS", "snapshotData": ANN}),
        ("_raw_snapshot.json", {"CONNECTIONS": [ANN], "SKILLS": [{"Name": "SQL"}], "EDUCATION": []}),
        ("linked_DigitalMarketsAct_API_CONNECTIONS.json", [ANN]),
        ("linked_DigitalMarketsAct_API_CONNECTIONS (1).json", page([ANN])),
        ("CONNECTIONS.json", [ANN]),
        ("connections_0.json", [ANN]),
    ],
)
def test_shapes(read_json: ReadJson, name: str, answer: object) -> None:
    archive = read_json(answer, name)
    rows = archive[f"{name}#CONNECTIONS"]
    assert (archive.reading.source, rows.table, rows.status) == ("portability_api", "connections", "loaded")
    row = rows.only()
    assert (row["first_name"], row["profile_url"], row["email"], row["connected_on"]) == (
        "Ann",
        "https://www.linkedin.com/in/ann-example",
        None,
        date(2024, 3, 5),
    )
    if f"{name}#SKILLS" in archive.files:
        assert archive[f"{name}#SKILLS"].column("name") == ["SQL"]


def test_every_domain_leads_to_tables_there_are() -> None:
    assert {table for tables in DOMAINS.values() for table in tables} <= set(TABLES)


DOCUMENTED = {
    # LinkedIn's own names, in its own case, with those it has withdrawn; the second column is what tools name the file.
    "CONNECTIONS": "connections", "INBOX": "messages", "MEMBER_FOLLOWING": "member_follows",
    "COMPANY_FOLLOWS": "company_follows", "INVITATIONS": "invitations", "MEMBER_SHARE_INFO": "shares",
    "ALL_COMMENTS": "comments", "ALL_LIKES": "reactions", "ALL_VOTES": "votes", "INSTANT_REPOSTS": "reposts",
    "ACTOR_SAVE_ITEM": "saved_items", "INFERENCE_TAKEOUT": "inferences", "SEARCHES": "search_queries",
    "login": "logins", "CONTACTS": "address_book", "ADS_CLICKED": "ads_clicked", "RICH_MEDIA": "rich_media",
    "Events": "events", "RECEIPTS": "receipts", "RECEIPTS_LBP": "receipts", "AD_TARGETING": "ad_targeting",
    "REGISTRATION": "registration", "REVIEWS": "reviews", "PATENTS": "patents", "PHONE_NUMBERS": "phone_numbers",
    "EMAIL_ADDRESSES": "email_addresses", "JOB_POSTINGS": "job_postings", "JOB_APPLICATIONS": "job_applications",
    "JOB_SEEKER_PREFERENCES": "job_seeker_preferences", "LEARNING": "learning", "SAVED_JOBS": "saved_jobs",
    "SAVED_JOB_ALERTS": "saved_job_alerts", "PROFILE": "profile", "SKILLS": "skills", "POSITIONS": "positions",
    "EDUCATION": "education", "TEST_SCORES": "test_scores", "CAUSES_YOU_CARE_ABOUT": "causes",
    "PUBLICATIONS": "publications", "PROJECTS": "projects", "ORGANIZATIONS": "organizations",
    "LANGUAGES": "languages", "HONORS": "honors", "COURSES": "courses", "CERTIFICATIONS": "certifications",
    "CALENDAR": "imported_calendars", "SECURITY_CHALLENGE_PIPE": "security_challenges",
    "MARKETPLACE_ENGAGEMENTS": "service_engagements", "MARKETPLACE_PROVIDERS": "service_providers",
    "MARKETPLACE_OPPORTUNITIES": "service_opportunities", "JOB_APPLICANT_SAVED_ANSWERS": "job_application_answers",
    "TALENT_QUESTION_SAVED_RESPONSE": "job_application_answers", "PROFILE_SUMMARY": "profile_summaries",
    "LEARNING_COACH_AI_TAKEOUT": "coach_messages", "LEARNING_COACH_INBOX": "coach_messages",
    "LEARNING_ROLEPLAY_INBOX": "coach_messages", "VOLUNTEERING_EXPERIENCES": "volunteering",
    "VOLUNTEERING": "volunteering", "ACCOUNT_HISTORY": "account_status_history", "ADS_LAN": "ad_network_engagement",
    "MEMBER_HASHTAG": "posted_hashtags",
}  # fmt: skip
WITHOUT_A_TABLE = {"ARTICLES", "GROUPS", "GROUP_POST", "NAME_CHANGES", "SAVED_PEOPLE_SEARCHES", "easyapply-blocking"}
OF_SEVERAL = {"ENDORSEMENTS", "RECOMMENDATIONS", "TRUSTED_GRAPH", "IDENTITY_CREDENTIALS_AND_ASSETS"}


def test_every_documented_domain_is_known_and_nobody_lists_followers() -> None:
    assert {domain: tables[0] for domain, tables in DOMAINS.items() if domain in DOCUMENTED} == DOCUMENTED
    assert {domain for domain, tables in DOMAINS.items() if not tables} == WITHOUT_A_TABLE
    assert set(DOMAINS) == {*DOCUMENTED, *WITHOUT_A_TABLE, *OF_SEVERAL}
    assert not any("follower_list" in table for tables in DOMAINS.values() for table in tables)


@pytest.mark.parametrize("domain", sorted(WITHOUT_A_TABLE))
def test_rows_of_a_domain_without_a_table_are_kept(read_json: ReadJson, domain: str) -> None:
    rows = read_json(page([{"Some Key": "value"}], domain))[f"snapshot.json#{domain}"]
    assert (rows.table, json.loads(rows.only()["row"])) == ("unrecognised_rows", {"Some Key": "value"})


@pytest.mark.parametrize(("domain", "tables"), [(d, t) for d, tables in DOMAINS.items() for t in tables])
def test_rows_of_a_domain_land_in_the_table_of_their_keys(read_json: ReadJson, domain: str, tables: str) -> None:
    if domain == "RECOMMENDATIONS":  # given and received have the same keys
        return
    table = TABLES[tables]
    texts = [column for column in table.columns if column.type == "text" and column.headers and not column.pattern]
    row = {header: f"value of {header}" for header in (column.headers[0] for column in texts)}
    rows = read_json(page([row], domain))[f"snapshot.json#{domain}"]
    assert (rows.table, rows.detail) == (tables, None)
    assert rows.only()[texts[0].name] == f"value of {texts[0].headers[0]}"


def test_keys_that_differ_from_row_to_row(read_json: ReadJson) -> None:
    shorter = {"Connected On": "01 Jan 2020", "Last Name": "Sample", "First Name": "Ben"}
    rows = read_json(page([shorter, ANN | {"Mood": "fine"}]))["snapshot.json#CONNECTIONS"]
    assert rows.column("first_name") == ["Ben", "Ann"]
    assert rows.column("connected_on") == [date(2020, 1, 1), date(2024, 3, 5)]
    assert rows.column("extra") == [None, '{"Mood": "fine"}']
    assert rows.detail == "unknown columns kept: Mood"


def test_values_that_are_no_texts(read_json: ReadJson) -> None:
    row = ANN | {"Company": None, "Position": ["CTO", "CFO"], "Email Address": 7, "More": {"a": [1]}}
    only = read_json(page([row]))["snapshot.json#CONNECTIONS"].only()
    assert (only["company"], only["position"], only["email"]) == (None, "CTO, CFO", "7")
    assert json.loads(only["extra"]) == {"More": '{"a": [1]}'}


def test_comments_are_whole_whatever_the_order_of_their_keys(read_json: ReadJson) -> None:
    comments = [
        {"Message": "one,\n\ntwo", "Link": "https://www.linkedin.com/feed/update/urn:li:activity:1", "Date": day}
        for day in ("2024-03-05 10:00:00", "2024-03-06 10:00:00")
    ]
    rows = read_json(page(comments, "ALL_COMMENTS"))["snapshot.json#ALL_COMMENTS"]
    assert (rows.table, rows.column("message")) == ("comments", ["one,\n\ntwo"] * 2)


def test_endorsements_of_both_directions_in_one_domain(read_json: ReadJson) -> None:
    received = {"Endorser First Name": "Ann", "Endorser Last Name": "Example", "Skill Name": "SQL"}
    given = {"Endorsee First Name": "Ben", "Endorsee Last Name": "Sample", "Skill Name": "SQL"}
    archive = read_json(page([received, given, received], "ENDORSEMENTS"))
    base = "snapshot.json#ENDORSEMENTS:endorsements"
    assert archive[f"{base}_received"].column("endorser_first_name") == ["Ann", "Ann"]
    assert archive[f"{base}_given"].column("endorsee_first_name") == ["Ben"]


@pytest.mark.parametrize(("domain", "key"), [("RECOMMENDATIONS", "Text"), ("GROUPS", "Name"), ("NEWS_TO_ME", "Name")])
def test_what_no_table_is_known_for_is_kept(read_json: ReadJson, domain: str, key: str) -> None:
    rows = read_json(page([{key: "Something"}], domain))[f"snapshot.json#{domain}"]
    assert (rows.table, rows.status) == ("unrecognised_rows", "unrecognised")
    assert json.loads(rows.only()["row"]) == {key: "Something"}


def test_an_empty_domain_is_empty(read_json: ReadJson) -> None:
    rows = read_json(page([]))["snapshot.json#CONNECTIONS"]
    assert (rows.status, rows.table, rows.frame.height) == ("empty", "connections", 0)


# --- what was served twice ---


def test_hidden_rows_alike_within_a_page_are_so_many(read_json: ReadJson) -> None:
    assert names(read_json(page([ANN, HIDDEN, HIDDEN, OTHER_HIDDEN, HIDDEN]))) == ["Ann", None, None, None, None]


def test_a_page_served_twice_counts_once_in_any_order(read_json: ReadJson) -> None:
    first = [person("Ann"), HIDDEN, HIDDEN, person("Ben")]
    again = [dict(reversed(row.items())) for row in (HIDDEN, person("Ben"), HIDDEN, person("Ann"))]
    last = [person("Cem"), HIDDEN]
    archive = read_json([page(rows, start=place, total=3) for place, rows in enumerate([first, again, last])])
    assert names(archive) == ["Ann", None, None, "Ben", "Cem", None]
    assert archive["snapshot.json#CONNECTIONS"].detail == "4 rows that were served twice are left out"


def test_every_row_doubled_within_a_page(read_json: ReadJson) -> None:
    rows = [person("Ann"), HIDDEN, HIDDEN, person("Ben")]
    assert names(read_json(page(rows + rows[::-1]))) == ["Ann", None, None, "Ben"]


@pytest.mark.parametrize(
    ("served", "expected"),
    [
        ("A-B A-B", "A-B"),
        ("-A-B -A-B", "-A-B"),
        ("A--B B--A C", "A--BC"),
        ("A-B B-A- C", "A-B-C"),  # between a row known and a new one it is not known whose it is
        ("A-B- C A-B-", "A-B-C"),
        ("A-A-", "A-"),
        ("---", "---"),
        ("A--B--C", "A--B--C"),
    ],
)
def test_doubled_rows_without_the_ends_of_pages(read_json: ReadJson, served: str, expected: str) -> None:
    rows = [HIDDEN if letter == "-" else person(letter) for letter in served.replace(" ", "")]
    found = names(read_json({"CONNECTIONS": rows}))
    assert "".join(name or "-" for name in found) == expected


def test_rows_alike_within_a_page_are_left_alone(read_json: ReadJson) -> None:
    message = {"FROM": "Ann", "DATE": "2024-03-05 10:00:00 UTC", "CONTENT": "Hello", "FOLDER": "INBOX"}
    rows = [message, message, message | {"CONTENT": "Bye"}]
    assert read_json(page(rows, "INBOX"))["snapshot.json#INBOX"].column("content") == ["Hello", "Hello", "Bye"]


def test_pages_in_files_of_their_own(tmp_path: Path) -> None:
    files = {
        "c_0.json": text(page([person("Ann"), HIDDEN], start=0, total=2)),
        "c_0 again.json": text(page([HIDDEN, person("Ann")], start=0, total=2)),
        "c_1.json": text(page([person("Ben"), HIDDEN], start=1, total=2)),
    }
    archive = read_path(write_zip(tmp_path / "pages.zip", files, (2024, 3, 5, 6, 7, 8)))
    loaded = {path: rows.frame.height for path, rows in archive.files.items() if rows.status == "loaded"}
    assert sum(loaded.values()) == 4
    assert [rows.detail for rows in archive.files.values() if rows.status == "skipped"] == [
        "all of its rows were served before"
    ]
    assert (archive.reading.exported_on, archive.reading.exported_on_basis) == (date(2024, 3, 5), "content")


def test_a_page_alone_proves_nobody_absent(read_json: ReadJson) -> None:
    archive = read_json(page([ANN], start=1, total=2), "linked_DigitalMarketsAct_API_CONNECTIONS_2024-03-05.json")
    assert (archive.reading.exported_on, archive.reading.exported_on_basis) == (date(2024, 3, 5), "modified")
    rows = next(iter(archive.files.values()))
    assert rows.detail == "page 1 of 2 of CONNECTIONS is not here: who is absent may be there"


@pytest.mark.parametrize("domain", [["CONNECTIONS"], {"name": "CONNECTIONS"}, 7, None])
def test_a_page_whose_domain_is_no_name_is_left_out(read_json: ReadJson, domain: object) -> None:
    strange = page([person("Ben")], start=1, total=2)
    strange["elements"][0]["snapshotDomain"] = domain
    assert names(read_json([page([ANN], start=0, total=2), strange])) == ["Ann"]


# --- beside other files ---


def test_csv_files_rewritten_beside_their_snapshot_are_not_doubled(tmp_path: Path) -> None:
    header = ",".join(ANN)
    files = {
        "Connections.csv": f"{header}\n" + ",".join(ANN.values()) + "\n",
        "_raw_snapshot.json": text({"CONNECTIONS": [ANN]}),
    }
    archive = read_path(write_zip(tmp_path / "fetched.zip", files, (2024, 3, 5, 6, 7, 8)))
    assert archive.reading.source == "linkedin_archive"
    assert archive["_raw_snapshot.json"].status == "skipped"
    assert archive["Connections.csv"].frame.height == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404, "message": "No data found for this domain and memberId"},
        {"elements": [], "paging": {"start": 0, "count": 10, "total": 0}},
        {"Events": [{"id": 1}]},
        [{"login": "ann"}],
        [[[[]]]],
        {},
    ],
)
def test_other_json_is_no_snapshot(read_json: ReadJson, answer: object) -> None:
    with pytest.raises(Refused, match="no JSON that linkstrata knows"):
        read_json(answer)


def test_a_tools_list_named_like_a_domain_is_a_list(read_json: ReadJson) -> None:
    tools = [{"fullName": "Ann Example", "profileUrl": "https://www.linkedin.com/in/ann", "headline": "CTO"}]
    assert read_json(tools, "connections.json").reading.source == "contact_list"


def test_number_of_followers(read_json: ReadJson) -> None:
    answer = {"elements": [{"memberFollowersCount": 7553}], "paging": {"count": 10, "start": 0, "links": []}}
    rows = read_json(answer)["snapshot.json"]
    assert (rows.table, rows.only()["total_followers"]) == ("follower_list_totals", 7553)


def test_followers_of_a_single_day_are_no_total(read_json: ReadJson) -> None:
    day = {"dateRange": {"start": {"year": 2026}}, "memberFollowersCount": 5}
    rows = read_json({"elements": [day, {"memberFollowersCount": 7553}]})["snapshot.json"]
    assert rows.column("total_followers") == [7553]


def test_half_a_letter_is_replaced(read_json: ReadJson) -> None:
    broken = text(page([ANN])).replace("Ann", "A\\ud83d")
    assert names(read_json(broken)) == ["A?"]


def test_json_that_would_not_fit_into_memory_is_no_snapshot(tmp_path, monkeypatch):
    path = tmp_path / "snapshot.json"
    path.write_text(text(page([ANN])), encoding="utf-8")
    with open_export(path) as export:
        (member,) = export.members
        for largest, found in ((member.size, 1), (member.size - 1, 0)):
            monkeypatch.setattr(portability, "LARGEST_JSON", largest)
            assert len(Snapshots().read(member)) == found
