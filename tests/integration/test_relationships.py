"""What is between the owner and each contact, and what titles say, against plain Python and cases made by hand."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import pytest

from linkstrata.settings import project_root
from linkstrata.warehouse.connection import read_published

TODAY = date(2026, 12, 1)
SQL = project_root() / "sql"
PARTS = ("volume_points", "recency_points", "reciprocity_points", "acknowledgement_points", "tenure_points")


def _rows(home: Path, query: str) -> list[dict[str, Any]]:
    with read_published(home / "warehouse" / "linkstrata.duckdb") as reader:
        return _named(reader.execute(query))


def _named(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _talk(messages: Sequence[tuple[datetime, str]]) -> dict[str, Any]:
    """What a talk says by going through it message by message."""
    expected: dict[str, Any] = {"unanswered_sent": 0, "unanswered_received": 0, "longest_gap_days": None}
    hours: Mapping[str, list[float]] = {"sent": [], "received": []}
    before: tuple[datetime, str] | None = None
    for moment, direction in sorted(messages):
        other = "received" if direction == "sent" else "sent"
        expected[f"unanswered_{direction}"] += 1
        expected[f"unanswered_{other}"] = 0
        if before:
            gap = (moment.date() - before[0].date()).days
            expected["longest_gap_days"] = max(gap, expected["longest_gap_days"] or 0)
            if before[1] == other:
                hours[direction].append((moment - before[0]).total_seconds() / 3600)
        before = (moment, direction)
    expected["last_message_by"] = None if before is None else {"sent": "owner", "received": "contact"}[before[1]]
    expected["answers_sent"], expected["answers_received"] = len(hours["sent"]), len(hours["received"])
    expected["median_hours_to_answer"] = pytest.approx(median(hours["sent"])) if hours["sent"] else None
    expected["median_hours_to_answer_me"] = pytest.approx(median(hours["received"])) if hours["received"] else None
    expected["days_since_message"] = None if before is None else max(0, (TODAY - before[0].date()).days)
    return expected


def test_facts_equal_a_walk_through_the_messages(sample_home: Path) -> None:
    talks: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)
    for row in _rows(sample_home, "from messages where person_id is not null"):
        talks[row["owner"], row["person_id"]].append((row["sent_at"], row["direction"]))
    spoke_up: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in _rows(sample_home, "from acknowledgements where person_id is not null"):
        spoke_up[row["owner"], row["person_id"], row["kind"]] += 1
    found = _rows(sample_home, "from relationships join contacts using (owner, person_id)")
    assert len(found) == len(_rows(sample_home, "from contacts"))
    assert {row["last_message_by"] for row in found} == {None, "owner", "contact"}
    for row in found:
        key = (row["owner"], row["person_id"])
        expected = _talk(talks[key])
        assert {name: row[name] for name in expected} == expected, row
        for side in ("received", "given"):
            assert row[f"endorsements_{side}"] == spoke_up[*key, f"endorsement_{side}"]
            assert row[f"recommendations_{side}"] == spoke_up[*key, f"recommendation_{side}"]
        born = row["connected_on"]
        years = TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day)) if born else None
        assert row["years_connected"] == (years if row["is_connection"] else None)


def test_the_newest_invitation_says_who_invited(sample_home: Path) -> None:
    newest: dict[tuple[str, str], tuple[datetime, str]] = {}
    for row in _rows(sample_home, "from invitations where person_id is not null order by sent_at, direction desc"):
        newest[row["owner"], row["person_id"]] = (row["sent_at"], row["direction"])
    sides = {"outgoing": "owner", "incoming": "contact"}
    found = _rows(sample_home, "from relationships where invited_by is not null")
    assert {(row["owner"], row["person_id"]): row["invited_by"] for row in found} == {
        key: sides[direction] for key, (_, direction) in newest.items()
    }
    assert {row["invited_by"] for row in found} == {"owner", "contact"}


def test_strength_is_its_parts_and_each_part_is_as_described(sample_home: Path) -> None:
    limits = dict(zip(PARTS, (30, 25, 20, 15, 10), strict=True))
    found = _rows(sample_home, "from relationships")
    for row in found:
        sent, received = row["messages_sent"], row["messages_received"]
        assert row["strength"] == sum(row[part] for part in PARTS)
        assert all(0 <= row[part] <= limit for part, limit in limits.items())
        assert row["volume_points"] == min(30, math.floor(5 * math.log2(1 + sent + received) + 0.5))
        silence = row["days_since_message"]
        recency = 0 if silence is None else 25 * 0.5 ** (silence / 180)
        assert row["recency_points"] == pytest.approx(recency, abs=0.51)
        balance = 40 * min(sent, received) / (sent + received) if sent + received else 0
        assert row["reciprocity_points"] == pytest.approx(balance, abs=0.51)
    assert min(row["strength"] for row in found) == 0
    assert max(row["strength"] for row in found) > 60


def test_seasons_are_reasons_to_write_to_strong_ties(sample_home: Path) -> None:
    strong = {row["person_id"] for row in _rows(sample_home, "from relationships where strength >= 40")}
    found = defaultdict(set)
    for row in _rows(sample_home, "from occasions where kind = 'season' and state = 'open'"):
        found[row["occasion"], row["due_on"]].add(row["person_id"])
    assert found == {
        ("season:new_year-2027", date(2027, 1, 1)): strong,
        ("season:summer-2027", date(2027, 7, 1)): strong,
        ("season:autumn-2027", date(2027, 9, 1)): strong,
    }
    assert len(strong) > 20


@pytest.fixture(scope="module")
def titles() -> duckdb.DuckDBPyConnection:
    """An engine with the titles below classified by the shipped rules."""
    connection = duckdb.connect()
    connection.execute("create schema staging; create schema segments")
    connection.execute("create table segments.contacts (position varchar)")
    connection.executemany("insert into segments.contacts values (?)", [[title] for title in TITLES])
    for model in ("staging/title_rules", "segments/titles"):
        connection.execute(f"create table {model.replace('/', '.')} as {(SQL / f'{model}.sql').read_text('utf-8')}")
    return connection


TITLES: dict[str, tuple[str | None, str | None]] = {
    "Software Engineer": ("specialist", "engineering"),
    "Senior Data Scientist": ("senior", "data"),
    "Co-Founder & CEO": ("founder_or_owner", "general_management"),
    "Founder and Product Manager": ("founder_or_owner", "product"),
    "Product Owner": ("specialist", "product"),
    "Executive Assistant to the CEO": ("specialist", "administration"),
    "Vice President, Sales": ("vice_president", "sales"),
    "HR Business Partner": ("specialist", "recruiting_and_people"),
    "Partner": ("partner", "general_management"),
    "Retired teacher": ("not_working", "education"),
    "PhD student": ("training", "research"),
    "Geschäftsführer (m/w/d)": ("executive", "general_management"),
    "Geschaftsfuhrer": ("executive", "general_management"),
    "Vertriebsleiter": ("manager", "sales"),
    "Softwareentwickler:in": ("specialist", "engineering"),
    "Oberärztin": ("specialist", "health"),
    "Werkstudentin Marketing": ("training", "marketing_and_communication"),
    "Directrice générale": ("executive", "general_management"),
    "Développeuse web senior": ("senior", "engineering"),
    "Chargé de recrutement": ("specialist", "recruiting_and_people"),
    "Stagiaire comptable": ("training", "finance"),
    "Fundadora y CEO": ("founder_or_owner", "general_management"),
    "Director de Ventas": ("director", "sales"),
    "Ingeniera de software": ("specialist", "engineering"),
    "Sócio-fundador": ("founder_or_owner", "general_management"),
    "Gerente de contas": ("specialist", "sales"),
    "Estagiário de engenharia": ("training", None),
    "Amministratore delegato": ("executive", "general_management"),
    "Responsabile acquisti": ("manager", "operations"),
    "Avvocata": ("specialist", "law"),
    "Oprichter en eigenaar": ("founder_or_owner", "general_management"),
    "Verpleegkundige": ("specialist", "health"),
    "Webontwikkelaar": ("specialist", "engineering"),
    "Freelance Translator": ("specialist", "arts_and_languages"),
    "Autônomo": ("specialist", None),
    "Mitglied der Geschäftsleitung": ("executive", None),
    "Travailleuse sociale": ("specialist", "public_service_and_social_work"),
    "Corretora de imóveis": ("specialist", "real_estate_and_insurance"),
    "Libera professionista": ("specialist", None),
    "Chef d'entreprise": ("founder_or_owner", None),
    "Quality time": ("specialist", "operations"),
    "Making things better every day": (None, None),
    "Партнёр": (None, None),
    "-": (None, None),
}


def test_titles_of_seven_languages_are_told_apart(titles: duckdb.DuckDBPyConnection) -> None:
    found = titles.execute("select position, seniority, function from segments.titles").fetchall()
    assert {title: tuple(told) for title, *told in found} == TITLES


def test_each_phrase_of_a_rule_classifies_itself(titles: duckdb.DuckDBPyConnection) -> None:
    """A phrase that another rule always beats, or a spelling that never matches, is a rule that nobody sees fail."""
    phrases = titles.execute("select distinct phrase from staging.title_rules").fetchall()
    titles.execute("create schema again; create table again.contacts (position varchar)")
    titles.executemany("insert into again.contacts values (?)", phrases)
    query = (SQL / "segments" / "titles.sql").read_text("utf-8").replace("segments.contacts", "again.contacts")
    titles.execute(f"create table again.titles as {query}")
    unseen = titles.execute(
        """
        select r.kind, r.phrase, r.value, t.seniority, t.function
        from staging.title_rules as r join again.titles as t on t.position = r.phrase
        where case r.kind when 'seniority' then t.seniority else t.function end is null
        """
    ).fetchall()
    assert unseen == []
    two_values = titles.execute(
        "select kind, phrase, is_ending from staging.title_rules group by all having count(distinct value) > 1"
    ).fetchall()
    assert two_values == []


def test_spellings_of_a_company_are_one(sample_home: Path) -> None:
    roles = _rows(sample_home, "from roles where company_key is not null")
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    spellings: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in roles:
        names[row["owner"], row["company_key"]].add(row["company_name"])
        spellings[row["owner"], row["company_key"]].add(row["company"])
    assert all(len(each) == 1 for each in names.values())
    assert all(names[key] <= spellings[key] for key in names)
    assert any(len(each) > 1 for each in spellings.values()), "the sample spells some companies in several ways"
    assert len(_rows(sample_home, "from roles")) == len(_rows(sample_home, "from contacts"))
