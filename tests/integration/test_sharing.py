"""What other programs take over, read back by readers of their own."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import icalendar
import pytest
import vobject
from click.testing import CliRunner

from linkstrata.cli import commands
from linkstrata.spreadsheets import FORMULA_STARTS, restored
from linkstrata.warehouse.connection import read_published


def _export(home: Path, *arguments: str) -> None:
    result = CliRunner().invoke(commands, ["export", *arguments, "--data", str(home)], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def _contacts(home: Path, where: str = "true") -> list[tuple[str, ...]]:
    with read_published(home / "warehouse" / "linkstrata.duckdb") as reader:
        return reader.execute(
            f"select person_id, full_name, email, company, position, profile_url, tags from contacts where {where}"
        ).fetchall()


def test_an_address_book_reads_every_card(sample_home: Path, tmp_path: Path) -> None:
    _export(sample_home, "contacts", str(tmp_path / "people.vcf"), "--where", "is_connection")
    cards = {
        card.uid.value.removesuffix("@linkstrata").rpartition("-")[2]: card
        for card in vobject.readComponents((tmp_path / "people.vcf").read_text("utf-8"))
    }
    expected = _contacts(sample_home, "is_connection")
    assert len(cards) == len(expected) > 1000
    for person, name, email, company, position, address, tags in expected:
        card = cards[person]
        assert card.fn.value == name
        assert card.contents.get("email", [None])[0] is None or card.email.value == email
        assert (card.org.value if company else None) == ([company] if company else None)
        assert (card.title.value if position else None) == (position or None)
        assert card.url.value == address
        assert (card.categories.value if tags else []) == tags


def test_a_spreadsheet_runs_no_formula_and_loses_no_cell(sample_home: Path, tmp_path: Path) -> None:
    _export(sample_home, "contacts", str(tmp_path / "people.csv"), "--tag", "recruiter")
    with (tmp_path / "people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert not [cell for row in rows for cell in row.values() if cell.startswith(FORMULA_STARTS)]
    found = {(row["person_id"], restored(row["full_name"]), restored(row["position"])) for row in rows}
    expected = _contacts(sample_home, "list_contains(tags, 'recruiter')")
    assert found == {(row[0], row[1] or "", row[4] or "") for row in expected} != set()


def test_a_calendar_reads_each_day_under_an_id_that_stays(sample_home: Path, tmp_path: Path) -> None:
    for name in ("one.ics", "two.ics"):
        _export(sample_home, "calendar", str(tmp_path / name))
    events = icalendar.Calendar.from_ical((tmp_path / "one.ics").read_bytes()).walk("VEVENT")
    uids = [str(event["uid"]) for event in events]
    assert len(set(uids)) == len(uids)
    assert (tmp_path / "one.ics").read_bytes() == (tmp_path / "two.ics").read_bytes()
    yearly = [event for event in events if "rrule" in event]
    with read_published(sample_home / "warehouse" / "linkstrata.duckdb") as reader:
        anniversaries = reader.execute("select connected_on from contacts where is_connection").fetchall()
        birthdays = reader.execute("select min(due_on) from occasions where kind = 'birthday' group by person_id")
        began = [day for (day,) in (*anniversaries, *birthdays.fetchall())]
        waiting = reader.execute(
            "select count(*) from relationships where unanswered_received > 0 and days_since_message <= 90"
        ).fetchall()[0][0]
    assert sorted(event.decoded("dtstart") for event in yearly) == sorted(began)
    once = [event.decoded("dtstart") for event in events if "rrule" not in event]
    assert once.count(date(2026, 12, 1)) == waiting > 0
    assert {day for day in once if day > date(2026, 12, 1)} == {date(2027, 1, 1), date(2027, 7, 1), date(2027, 9, 1)}


def test_an_ending_that_says_no_form_is_one_line(sample_home: Path, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"end the file's name in one of \.csv"):
        _export(sample_home, "contacts", str(tmp_path / "people.doc"))
