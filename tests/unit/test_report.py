"""The report's page, read as HTML: its numbers, what it says of inference and of gaps, and what it may do."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from linkstrata.report import write_report
from linkstrata.warehouse.connection import NotPublished

EXPORTS = (date(2026, 1, 10), date(2026, 4, 10))
TODAY = date(2026, 4, 20)

# The columns of the contract that the report reads, and what it says beside: whose it is, why something was set aside.
TABLES = {
    "build_info": "today DATE, built_at TIMESTAMP, version VARCHAR",
    "roles": "owner VARCHAR, person_id VARCHAR, position VARCHAR, seniority VARCHAR, function VARCHAR, "
    "company_name VARCHAR",
    "contacts": "owner VARCHAR, person_id VARCHAR, full_name VARCHAR, company VARCHAR, position VARCHAR, "
    "segment VARCHAR, is_connection BOOLEAN, follows_me VARCHAR, messages_sent BIGINT, messages_received BIGINT",
    "audience_daily": "owner VARCHAR, day DATE, connections BIGINT, new_connections BIGINT, lost_connections BIGINT, "
    "followers BIGINT, followers_basis VARCHAR, new_followers BIGINT, follower_only_at_least BIGINT, "
    "muted_connections_at_least BIGINT",
    "archives": "archive_id VARCHAR, owner VARCHAR, source VARCHAR, file_name VARCHAR, exported_on DATE, "
    "status VARCHAR, reason VARCHAR",
    "archive_files": "archive_id VARCHAR, path VARCHAR, table_name VARCHAR, status VARCHAR, detail VARCHAR",
    "profile": "owner VARCHAR, first_name VARCHAR, last_name VARCHAR, last_seen_on DATE, is_current BOOLEAN",
    "rejected_rows": "archive_id VARCHAR, path VARCHAR, line_number BIGINT, reason VARCHAR, raw VARCHAR",
    "tags": "tag VARCHAR, kind VARCHAR, description VARCHAR, members BIGINT, problem VARCHAR",
    "contact_tags": "owner VARCHAR, person_id VARCHAR, tag VARCHAR, kind VARCHAR",
    "messages": "owner VARCHAR, person_id VARCHAR, direction VARCHAR, sent_at TIMESTAMP",
    "contact_events": "owner VARCHAR, person_id VARCHAR, event VARCHAR, happened_after DATE, happened_by DATE, "
    "old_value VARCHAR, new_value VARCHAR",
}
Rows = Mapping[str, Iterable[Mapping[str, Any]]]


def publish(path: Path, rows: Rows, without: Iterable[str] = ()) -> Path:
    """A published database with the given rows; columns that a row leaves out are NULL."""
    with duckdb.connect(str(path)) as connection:
        for table, columns in TABLES.items():
            if table not in without:
                connection.execute(f"create table {table} ({columns})")
        for table, table_rows in (
            {"build_info": [{"today": TODAY, "built_at": datetime(2026, 4, 20, 8)}]} | dict(rows)
        ).items():
            for row in table_rows:
                marks = ", ".join("?" * len(row))
                connection.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))
    return path


def person(owner: str, number: int, **known: Any) -> dict[str, Any]:
    return {
        "owner": owner,
        "person_id": f"{owner}-{number}",
        "full_name": f"Person {number}",
        "segment": "connection_and_follower",
        "is_connection": True,
        "follows_me": "assumed",
        "messages_sent": 0,
        "messages_received": 0,
    } | known


def days(owner: str, levels: Iterable[tuple[date, int, int | None, str | None]]) -> list[dict[str, Any]]:
    """Every day from the first given to the last; between given days connections stay, followers are unknown."""
    given = {day: (connections, followers, basis) for day, connections, followers, basis in levels}
    day, last = min(given), max(given)
    connections = 0
    rows = []
    while day <= last:
        before = connections
        connections, followers, basis = given.get(day, (connections, None, None))
        rows.append(
            {
                "owner": owner,
                "day": day,
                "connections": connections,
                "new_connections": max(0, connections - before),
                "lost_connections": max(0, before - connections),
                "followers": followers,
                "followers_basis": basis,
                "follower_only_at_least": None if followers is None else max(0, followers - connections),
                "muted_connections_at_least": None if followers is None else max(0, connections - followers),
            }
        )
        day += timedelta(days=1)
    return rows


def exports(owner: str, on: Iterable[date] = EXPORTS) -> dict[str, list[dict[str, Any]]]:
    archives = [
        {"archive_id": f"{owner}-{day}", "owner": owner, "source": "linkedin_archive", "file_name": "Export.zip"}
        | {"exported_on": day, "status": "loaded"}
        for day in on
    ]
    files = [
        {
            "archive_id": archive["archive_id"],
            "path": "Connections.csv",
            "table_name": "connections",
            "status": "loaded",
        }
        for archive in archives
    ]
    return {"archives": archives, "archive_files": files}


def full_rows(owner: str = "maya") -> dict[str, list[dict[str, Any]]]:
    """One owner with two exports, follower totals, a list, messages, tags and events."""
    people = [
        person(owner, 1, company="Oak", position="Founder", follows_me="yes", messages_sent=2, messages_received=1),
        person(owner, 2, company="OAK ", position="Founder"),
        person(owner, 3, company="n/a", segment="connection_only", follows_me="no"),
        person(owner, 4, segment="follower_only", is_connection=False, follows_me="yes"),
        person(owner, 5, segment="former_connection", is_connection=False, follows_me="unknown", company="Ash"),
    ]
    levels = [
        (date(2025, 6, 1), 1, None, None),
        (EXPORTS[0], 3, 4, "reported"),
        (date(2026, 3, 1), 5, None, None),
        (date(2026, 4, 9), 5, 1009, "derived"),
        (EXPORTS[1], 4, 1010, "reported"),
    ]
    events = [
        {"person_id": f"{owner}-2", "event": "connected", "happened_after": date(2026, 3, 1)}
        | {"happened_by": date(2026, 3, 1)},
        {"person_id": f"{owner}-5", "event": "disconnected", "happened_after": EXPORTS[0], "happened_by": EXPORTS[1]},
        {"person_id": f"{owner}-1", "event": "company_changed", "happened_after": EXPORTS[0], "happened_by": EXPORTS[1]}
        | {"old_value": "Elm", "new_value": "Oak"},
        {
            "person_id": f"{owner}-1",
            "event": "position_changed",
            "happened_after": EXPORTS[0],
            "happened_by": EXPORTS[1],
        }
        | {"old_value": None, "new_value": "Founder"},
        {"person_id": f"{owner}-1", "event": "email_shared", "happened_after": EXPORTS[0], "happened_by": EXPORTS[1]},
        {"person_id": f"{owner}-3", "event": "connected", "happened_after": date(2025, 7, 1)}
        | {"happened_by": date(2025, 7, 1)},
    ]
    listed = {"archive_id": f"{owner}-list", "owner": owner, "source": "follower_list", "file_name": "list.csv"}
    known = exports(owner)
    return {
        "roles": [
            {"owner": owner, "person_id": f"{owner}-{number}", "position": "Founder", "seniority": "founder_or_owner"}
            | {"function": work, "company_name": "Oak"}
            for number, work in ((1, "general_management"), (2, None))
        ],
        "contacts": people,
        "audience_daily": days(owner, levels),
        "archives": [*known["archives"], listed | {"exported_on": date(2026, 3, 1), "status": "loaded"}],
        "archive_files": known["archive_files"],
        "messages": [
            {"owner": owner, "person_id": f"{owner}-1", "direction": direction, "sent_at": datetime(2026, 2, 3)}
            for direction in ("sent", "sent", "received")
        ],
        "tags": [{"tag": "founder", "kind": "rule", "description": "Founds or owns a company."}],
        "contact_tags": [
            {"owner": owner, "person_id": f"{owner}-{n}", "tag": "founder", "kind": "rule"} for n in (1, 2)
        ],
        "contact_events": [{"owner": owner} | event for event in events],
    }


class Page(HTMLParser):
    """The page as a browser without scripts has it: its elements, its text, its scripts and its styles."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[str | None, str]] = []
        self.style = ""
        self._text: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append((dict(attrs).get("type"), ""))

    def handle_data(self, data: str) -> None:
        within = self.elements[-1][0] if self.elements else ""
        if within == "script":
            kind, before = self.scripts[-1]
            self.scripts[-1] = (kind, before + data)
        elif within == "style":
            self.style += data
        self._text.append("" if within in {"script", "style"} else data)

    def handle_endtag(self, tag: str) -> None:
        self.elements.append(("", {}))

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self._text)).strip()

    @property
    def policy(self) -> str:
        metas = (attributes for tag, attributes in self.elements if tag == "meta")
        return next(str(meta["content"]) for meta in metas if meta.get("http-equiv") == "Content-Security-Policy")

    @property
    def drawn(self) -> dict[str, Any]:
        return next(json.loads(text) for kind, text in self.scripts if kind == "application/json")


def report(tmp_path: Path, rows: Rows, without: Iterable[str] = ()) -> Page:
    output = tmp_path / "reports" / "report.html"
    write_report(publish(tmp_path / "published.duckdb", rows, without), output)
    return Page(output)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return report(tmp_path_factory.mktemp("full"), full_rows())


@pytest.mark.parametrize(
    "said",
    [
        "Connections 4 +1 since the export of 10 Jan 2026 0.1% of LinkedIn's limit of 30,000 1 of them without a name",
        "Followers 1,010 +1,006 since the total of 10 Jan 2026 reported by LinkedIn on 10 Apr 2026",
        "Follow without being connected ≥ 1,006 inferred +1,005 since the total of 10 Jan 2026 at least: followers",
        "New connections in 30 days 0 −2 against the 30 days before up to 10 Apr 2026",
        "New connections in 90 days 2 0.2 a week",
        "Connections gone 1 missing since the export of 10 Jan 2026",
        "On 10 Apr 2026 you had 1,010 followers and 4 connections, so by these totals at least 1,006 people",
        "Before the first export, of 10 Jan 2026, connections are a lower bound",
        "The best month was March 2026 with 2 new connections.",
        "5 people known by name",
        "1 proved, 1 assumed.",
        "at least 1,006 people follow you without being connected; 1 of them known by name, at least 1,005 not.",
        "2 connections state a company; 1 different, each under one name however it is spelled.",
        "Read by their words, in seven languages, none of 2 titles tell no level, 50% of 2 titles tell no line of work",
        "With 1 of 3 connections messages went both ways.",
        "2 sent and 1 received, from 3 Feb 2026 to 3 Feb 2026",
        "founder 2 Founds or owns a company.",
        "Connections 10 days old Newest: 10 Apr 2026",
        "Follower list 50 days old Newest: 1 Mar 2026. Says who follows you, by name. LinkedIn exports none.",
        "Follower totals none yet",
    ],
)
def test_the_page_says(full: Page, said: str) -> None:
    assert said in full.text


def test_changes_since_the_previous_export_are_told_by_name(full: Page) -> None:
    changes = full.text.split("Since the export of 10 Jan 2026")[1].split("Connection, follower, both or neither")[0]
    assert "New connections 1 Person 2 Founder, OAK 1 Mar 2026" in changes
    assert "Gone 1 No longer in the list by name;" in changes
    assert "Person 5 Ash" in changes
    assert "Changed jobs 1 Person 1 Elm → Founder, Oak" in changes
    assert "Person 3" not in changes


def test_the_page_asks_nobody_for_anything(full: Page) -> None:
    directives = dict(part.split(" ", 1) for part in full.policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert "connect-src" not in directives
    allowed = directives["script-src"].split()
    run = [text for kind, text in full.scripts if kind is None]
    assert allowed == [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in run]
    for tag, attributes in full.elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form"}
        assert not {"src", "srcset", "onload", "onclick", "onerror"} & set(attributes)
        assert not (attributes.get("href") or "#").removeprefix("#").strip() or (attributes["href"] or "").startswith(
            "#"
        )
    assert "url(" not in full.style
    assert "@import" not in full.style


def test_no_figure_can_be_sent_away(full: Page) -> None:
    config = full.drawn["config"]
    assert config["showSendToCloud"] is False
    assert config["plotlyServerURL"] == ""
    assert all("config" not in figure for themes in full.drawn["figures"].values() for figure in themes.values())
    own_script = [text for kind, text in full.scripts if kind is None][1]
    assert re.findall(r"Plotly\.(\w+)\(([^)]*)\)", own_script) == [("react", "place, data, layout, config")]


def test_each_place_has_its_figure_in_every_theme(full: Page) -> None:
    places = {attributes["id"] for _, attributes in full.elements if attributes.get("class") == "figure"}
    assert places == set(full.drawn["figures"])
    assert len(places) == 7
    for themes in full.drawn["figures"].values():
        assert set(themes) == {"light", "dark"}
        assert themes["light"]["layout"]["paper_bgcolor"] != themes["dark"]["layout"]["paper_bgcolor"]


def test_companies_are_counted_under_one_name(full: Page) -> None:
    texts = [note["text"] for note in full.drawn["figures"]["owner-1-companies"]["light"]["layout"]["annotations"]]
    assert texts == ["Oak", "<b>2</b>"]


HOSTILE = "</script><img src=x onerror='alert(1)'><b>%{y}</b>"


def test_text_that_people_wrote_stays_text(tmp_path: Path) -> None:
    rows = full_rows(owner=HOSTILE)
    for row in rows["contacts"]:
        row |= {"full_name": HOSTILE, "company": HOSTILE, "position": HOSTILE}
    for row in rows["roles"]:
        row["company_name"] = HOSTILE
    rows["tags"] = [{"tag": "founder", "kind": "rule", "description": HOSTILE, "problem": HOSTILE}]
    rows["archives"].append({"archive_id": "q", "file_name": HOSTILE, "status": "quarantined", "reason": HOSTILE})
    rows["rejected_rows"] = [{"archive_id": "q", "path": HOSTILE, "reason": HOSTILE, "raw": "secret row"}]
    page = report(tmp_path, rows)
    assert [kind for kind, _ in page.scripts] == ["application/json", None, None]
    assert "img" not in {tag for tag, _ in page.elements}
    assert page.text.count(HOSTILE) > 10
    assert "secret row" not in page.text
    texts = {note["text"] for note in page.drawn["figures"]["owner-1-companies"]["light"]["layout"]["annotations"]}
    assert all("<img" not in text and "</script" not in text for text in texts)
    assert any("&lt;/script&gt;&lt;img src=x" in text for text in texts)


def test_what_was_not_read_is_listed_with_its_reason(tmp_path: Path) -> None:
    rows = full_rows()
    rows["archives"].append(
        {"archive_id": "q", "file_name": "half.zip", "status": "quarantined", "reason": "ends early: download it again"}
    )
    rows["archive_files"] += [
        {"archive_id": "maya-2026-04-10", "path": "New.csv", "status": "unrecognised"},
        {"archive_id": "maya-2026-01-10", "path": "New.csv", "status": "unrecognised"},
        {"archive_id": "maya-2026-04-10", "path": "Old.csv", "status": "failed", "detail": "no header"},
    ]
    rows["rejected_rows"] = [
        {"archive_id": "maya-2026-04-10", "path": "Connections.csv", "line_number": line, "reason": "not a date"}
        for line in (4, 9)
    ]
    text = report(tmp_path, rows).text
    unread = text.split("What was not read")[1]
    assert "half.zip : ends early: download it again" in unread
    assert "2 rows of Connections.csv : not a date" in unread
    assert "2 files inside archives not read" in unread
    assert "New.csv : unrecognised (2 archives)" in unread
    assert "Old.csv : failed, no header" in unread


def test_one_export_of_connections_alone_says_what_is_missing(tmp_path: Path) -> None:
    rows = exports("maya", EXPORTS[:1]) | {
        "contacts": [person("maya", 1)],
        "audience_daily": days("maya", [(date(2025, 12, 1), 1, None, None), (EXPORTS[0], 1, None, None)]),
    }
    text = report(tmp_path, rows, without=["contact_events"]).text
    assert "Followers – No total yet: add the analytics workbook" in text
    assert "Connections gone – Shows with a second export" in text
    assert "No file with follower totals has been added yet, so the second line is missing." in text
    assert "nobody is proved to follow you and every connection is assumed to" in text
    assert "No messages have been read." in text
    assert "The newest list of connections is 100 days old: get the next one." in text
    assert "Since the export of" not in text
    assert "The best month was December 2025 with at least 1 new connection." in text


def test_totals_without_connections_leave_the_gap_out(tmp_path: Path) -> None:
    rows = {
        "archives": [
            {"archive_id": "w", "owner": "maya", "source": "creator_analytics", "file_name": "Content.xlsx"}
            | {"exported_on": EXPORTS[0], "status": "loaded"}
        ],
        "audience_daily": days(
            "maya", [(EXPORTS[0] - timedelta(days=1), 0, 6, "derived"), (EXPORTS[0], 0, 7, "reported")]
        ),
    }
    page = report(tmp_path, rows)
    assert "Connections – No file that lists them yet" in page.text
    assert "Followers 7 reported by LinkedIn on 10 Jan 2026" in page.text
    assert "≥" not in page.text.split("Built")[0]
    assert set(page.drawn["figures"]) == {"owner-1-growth"}


def test_those_who_stopped_following_show_between_two_totals(tmp_path: Path) -> None:
    rows = full_rows()
    for row in rows["audience_daily"]:
        row["new_followers"] = 12 if row["day"] > EXPORTS[0] else None
    began = 12 * (EXPORTS[1] - EXPORTS[0]).days
    text = report(tmp_path, rows).text
    assert "Between the totals of 10 Jan 2026 and 10 Apr 2026," in text
    assert f"{began:,} began to follow and, inferred, {began - 1006} stopped" in text


def test_fewer_followers_than_connections_are_connections_who_do_not_follow(tmp_path: Path) -> None:
    rows = full_rows()
    rows["audience_daily"] = days("maya", [(EXPORTS[0], 3, 3, "reported"), (EXPORTS[1], 9, 7, "derived")])
    text = report(tmp_path, rows).text
    assert "Followers 7 derived +4 since the total of 10 Jan 2026 derived from daily gains on 10 Apr 2026" in text
    assert "Connections who do not follow ≥ 2 inferred" in text


def test_names_that_say_more_than_the_totals_are_the_headline(tmp_path: Path) -> None:
    rows = full_rows()
    rows["audience_daily"] = days("maya", [(EXPORTS[0], 3, 3, "reported"), (EXPORTS[1], 4, 4, "reported")])
    text = report(tmp_path, rows).text
    assert "Follow without being connected ≥ 1 at least known by name from your follower lists" in text
    assert "the totals of 10 Apr 2026 alone say 0" in text


def test_a_follower_list_without_totals_still_counts_by_name(tmp_path: Path) -> None:
    rows = full_rows()
    rows["audience_daily"] = days("maya", [(EXPORTS[0], 3, None, None), (EXPORTS[1], 4, None, None)])
    assert "Follow without being connected ≥ 1 at least known by name" in report(tmp_path, rows).text


def test_each_owner_has_a_page_of_their_own(tmp_path: Path) -> None:
    rows = full_rows("ada")
    for table, more in full_rows("maya").items():
        if table != "tags":
            rows[table] = [*rows[table], *more]
    page = report(tmp_path, rows)
    tabs = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
    assert tabs == ["#owner-1", "#owner-2"]
    assert {attributes["id"] for tag, attributes in page.elements if tag == "main"} == {"owner-1", "owner-2"}
    assert page.text.count("Connections 4 +1 since the export of 10 Jan 2026") == 2


def test_an_empty_home_says_how_to_begin(tmp_path: Path) -> None:
    page = report(tmp_path, {})
    assert "Nothing has been read yet" in page.text
    assert page.drawn["figures"] == {}


def test_without_a_published_database_an_older_report_stays(tmp_path: Path) -> None:
    output = tmp_path / "report.html"
    output.write_text("older")
    with pytest.raises(NotPublished):
        write_report(tmp_path / "nowhere.duckdb", output)
    assert output.read_text() == "older"
    assert list(tmp_path.iterdir()) == [output]
