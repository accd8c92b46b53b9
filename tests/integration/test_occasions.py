"""Reasons to write: which there are, what is decided on them and outlives rebuilds and merges, and their calendar."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest
from click.testing import CliRunner, Result
from small_home import TODAY, Connection, SmallHome, address, empty_home

from linkstrata.cli import commands
from linkstrata.curation.file import CurationError
from linkstrata.curation.publishing import rebuild

BOOK = ("Source", "FirstName", "LastName", "Emails", "CreatedAt", "FullName", "Birthday", "Profiles")
CHAT = ("CONVERSATION ID", "FROM", "SENDER PROFILE URL", "TO", "RECIPIENT PROFILE URLS", "DATE", "CONTENT", "FOLDER")

ADA = Connection("Ada Berg", "ada-berg", email="ada@example.org", connected_on="29 Feb 2024")
BO = Connection("Bo Chen", "bo-chen", connected_on="10 Dec 2023")
CY = Connection("Cy Dahl", "cy-dahl", email="cy@example.org", connected_on="10 Dec 2026")
TWIN = Connection("Di Ek", "di-ek", email="both@example.org", connected_on="02 Nov 2025")
OTHER = Connection("Eve Falk", "eve-falk", email="both@example.org", connected_on="01 Mar 2025")


def entry(birthday: str, emails: str = "", profiles: str = "") -> tuple[str, ...]:
    """A row of an address book."""
    return "FILE_UPLOAD", "", "", emails, "", "", birthday, profiles


def received(text: str, moment: str) -> tuple[str, ...]:
    """A row of messages: what Cy wrote to the owner."""
    return "a", "Cy Dahl", address("cy-dahl"), "Mia Owner", address("mia-owner"), f"{moment} UTC", text, "INBOX"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    home = empty_home(tmp_path_factory.mktemp("made"))
    home.connections(date(2026, 10, 1), [ADA, replace(BO, company="Borealis"), CY, TWIN, OTHER])
    home.archive(
        date(2026, 11, 20),
        {
            "Connections.csv": [
                ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"),
                *(person.cells for person in (ADA, BO, CY, TWIN, OTHER)),
            ],
            "Contacts.csv": [
                BOOK,
                entry("Feb 29, 1988", emails="home@example.org,ADA@example.org"),
                entry("--12-24", profiles=f"[{address('bo-chen')}/]"),
                entry("1990-12-25", emails="both@example.org"),
                entry("3/14/1980", emails="nobody@example.org"),
            ],
            "messages.csv": [
                CHAT,
                received("Hi?", "2026-11-03 09:00:00"),
                received("There?", "2026-11-04 09:00:00"),
            ],
        },
    )
    return home


@pytest.fixture
def home(made: SmallHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallHome:
    shutil.copytree(made.settings.home, tmp_path / "home")
    monkeypatch.setenv("LINKSTRATA_TODAY", TODAY.isoformat())
    return empty_home(tmp_path)


def run(home: SmallHome, *words: str) -> Result:
    return CliRunner().invoke(commands, [*words, "--data", str(home.settings.home)], catch_exceptions=False)


def mark(home: SmallHome, slug: str, *words: str) -> str:
    result = run(home, "occasion", "mark", address(slug), *words)
    assert result.exit_code == 0, result.output
    return result.output.strip()


def occasions(home: SmallHome, kind: str, columns: str = "due_on, reason") -> dict[str, list[tuple[Any, ...]]]:
    """What there is of a kind by the person's first name, in the order of days."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for name, *rest in home.rows(
        f"select first_name, {columns} from occasions join contacts using (owner, person_id) where kind = ? "
        "order by due_on, first_name", kind
    ):  # fmt: skip
        found.setdefault(str(name), []).append(tuple(rest))
    return found


def test_each_kind_falls_on_its_days(made: SmallHome) -> None:
    assert occasions(made, "anniversary") == {
        "Ada": [(date(2027, 2, 28), "connected for 3 years")],
        "Bo": [(date(2026, 12, 10), "connected for 3 years")],
        "Di": [(date(2026, 11, 2), "connected for 1 year"), (date(2027, 11, 2), "connected for 2 years")],
        "Eve": [(date(2027, 3, 1), "connected for 2 years")],
    }, "Cy's first is more than a year ahead"
    assert occasions(made, "birthday") == {
        "Ada": [(date(2027, 2, 28), "birthday")],
        "Bo": [(date(2026, 12, 24), "birthday")],
    }, "an address that two contacts share is nobody's"
    assert occasions(made, "new_job") == {"Bo": [(date(2026, 11, 20), "now at Acme, before at Borealis")]}
    assert occasions(made, "answer", "due_on, occurs_on, reason") == {
        "Cy": [(TODAY, date(2026, 11, 4), "2 messages of theirs wait for an answer")]
    }
    assert occasions(made, "season") == {}, "for strong ties alone"


def test_a_day_in_a_note_that_lies_ahead_is_a_follow_up(home: SmallHome) -> None:
    mark(home, "bo-chen", "birthday", "done")
    text = "Met 2026-11-01, no answer by 2026-13-99; call again 2027-01-15."
    assert run(home, "note", address("bo-chen"), text).exit_code == 0
    assert occasions(home, "follow_up", "occasion, due_on, reason") == {
        "Bo": [("follow_up:2027-01-15", date(2027, 1, 15), text)]
    }
    assert occasions(home, "birthday", "state")["Bo"] == [("done",)], "a note leaves what is decided as it is"


def test_what_is_decided_is_shown_at_once_as_a_build_would_and_outlives_it(home: SmallHome) -> None:
    assert mark(home, "bo-chen", "birthday", "done") == "done"
    assert mark(home, "di-ek", "anniversary:2026", "later", "--until", "2027-10-05") == "later"
    assert mark(home, "cy-dahl", "answer", "never") == "never"
    assert mark(home, "cy-dahl", "answer", "never") == "so it was already"
    shown = home.rows("from occasions")
    assert occasions(home, "birthday", "due_on, state")["Bo"] == [(date(2026, 12, 24), "done")]
    assert occasions(home, "anniversary", "due_on, occurs_on, state")["Di"] == [
        (date(2027, 10, 5), date(2026, 11, 2), "later"),
        (date(2027, 11, 2), date(2027, 11, 2), "open"),
    ]
    assert occasions(home, "answer", "state")["Cy"] == [("never",)]
    rebuild(home.settings)
    assert home.rows("from occasions") == shown

    later = replace(home, settings=replace(home.settings, today=date(2027, 12, 1)))
    rebuild(later.settings)
    assert occasions(later, "birthday", "due_on, state")["Bo"] == [(date(2027, 12, 24), "open")], "done for a year"
    assert (date(2027, 11, 2), "open") in occasions(later, "anniversary", "due_on, state")["Di"]
    assert "Cy" not in occasions(later, "answer")


def test_a_decision_can_be_taken_back_and_follows_a_merge(home: SmallHome) -> None:
    before = home.rows("from occasions")
    mark(home, "bo-chen", "birthday", "done")
    assert run(home, "undo").output.strip() == "undone: done: birthday of a contact"
    assert home.rows("from occasions") == before
    mark(home, "bo-chen", "birthday", "never")
    assert mark(home, "bo-chen", "birthday", "open") == "open"
    assert home.rows("from occasions") == before
    mark(home, "bo-chen", "birthday", "never")
    assert run(home, "merge", address("cy-dahl"), address("bo-chen")).exit_code == 0
    assert occasions(home, "birthday", "person_id, state")["Cy"] == [(home.person_id("cy-dahl"), "never")]
    assert "Bo" not in occasions(home, "birthday")


def test_what_cannot_be_decided_is_said(home: SmallHome) -> None:
    with pytest.raises(CurationError, match="birthday: no such reason to write to them"):
        run(home, "occasion", "mark", address("cy-dahl"), "birthday", "done")
    with pytest.raises(CurationError, match="2026-12-01: put it off to a day within the year after"):
        run(home, "occasion", "mark", address("bo-chen"), "birthday", "later", "--until", "2026-12-01")
    assert "later takes --until" in run(home, "occasion", "mark", address("bo-chen"), "birthday", "later").output
    assert "--kind name_day: one of" in run(home, "occasion", "list", "--kind", "name_day").output


def test_the_list_has_what_is_left_to_do(home: SmallHome) -> None:
    mark(home, "bo-chen", "birthday", "done")
    mark(home, "cy-dahl", "answer", "later", "--until", "2026-12-08")
    assert run(home, "occasion", "list").output.splitlines() == [
        "2026-12-08  Cy Dahl: 2 messages of theirs wait for an answer  (answer:2026-11-04, put off)",
        "2026-12-10  Bo Chen: connected for 3 years  (anniversary:2026)",
    ]
    assert run(home, "occasion", "list", "--days", "-30", "--kind", "new_job").output.splitlines() == [
        "2026-11-20  Bo Chen: now at Acme, before at Borealis  (new_job:2026-11-20)"
    ]


def test_the_calendar_is_that_of_the_table(home: SmallHome, tmp_path: Path) -> None:
    mark(home, "bo-chen", "anniversary", "done")
    mark(home, "di-ek", "anniversary:2026", "later", "--until", "2026-12-05")
    mark(home, "eve-falk", "anniversary", "never")
    path = tmp_path / "days.ics"
    assert run(home, "export", "calendar", str(path)).exit_code == 0
    events = {str(event["summary"]): event for event in icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")}
    assert {name: event.decoded("dtstart") for name, event in events.items()} == {
        "Connected with Ada Berg since 2024": date(2024, 2, 29),
        "Connected with Bo Chen since 2023": date(2023, 12, 10),
        "Connected with Di Ek since 2025": date(2025, 11, 2),
        "Write to Di Ek: connected for 1 year": date(2026, 12, 5),
        "Birthday of Ada Berg": date(2027, 2, 28),
        "Birthday of Bo Chen": date(2026, 12, 24),
        "Answer Cy Dahl, who wrote on 2026-11-04": TODAY,
    }
    leap = [date(2027, 2, 28), date(2028, 2, 29), date(2029, 2, 28)]
    assert days(events["Birthday of Ada Berg"], 3) == leap
    assert days(events["Connected with Ada Berg since 2024"], 6)[-3:] == leap
    assert days(events["Connected with Bo Chen since 2023"], 4) == [
        date(2023, 12, 10), date(2024, 12, 10), date(2025, 12, 10), date(2027, 12, 10)
    ], "what is done is left out"  # fmt: skip
    assert run(home, "export", "calendar", str(path), "--kind", "birthday").exit_code == 0
    assert len(icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")) == 2


def days(event: icalendar.Event, count: int) -> list[date]:
    """The first days on which an entry stands, reckoned by another library."""
    from dateutil.rrule import rruleset, rrulestr

    begin = datetime.combine(event.decoded("dtstart"), datetime.min.time())
    found = rruleset()
    found.rrule(rrulestr(event["rrule"].to_ical().decode(), dtstart=begin))
    left_out = event.get("exdate", [])
    for each in left_out if isinstance(left_out, list) else [left_out]:
        for moment in each.dts:
            found.exdate(datetime.combine(moment.dt, datetime.min.time()))
    return [day.date() for day, _ in zip(found, range(count), strict=False)]


WRITTEN: dict[str, tuple[int | None, int | None]] = {
    "1980-03-14": (3, 14),
    "--03-14": (3, 14),
    "--0314": (3, 14),
    "1980-03-14T00:00:00Z": (3, 14),
    "Mar 14, 1980": (3, 14),
    "14 March 1980": (3, 14),
    "March 4": (3, 4),
    "3/14/1980": (3, 14),
    "14/3/1980": (3, 14),
    "14.3.1980": (3, 14),
    "14. 03.": (3, 14),
    "Feb 29": (2, 29),
    "Feb 30": (None, None),
    "1980-13-01": (None, None),
    "1980": (None, None),
    "soon": (None, None),
}


def test_birthdays_are_read_as_written(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    rows = [entry(text, emails=f"{number}@example.org") for number, text in enumerate(WRITTEN)]
    home.archive(date(2026, 11, 20), {"Contacts.csv": [BOOK, *rows]})
    found = home.rows("select birthday, birth_month, birth_day from address_book")
    assert {str(text): told for text, *told in found} == {text: [*told] for text, told in WRITTEN.items()}
