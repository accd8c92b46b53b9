"""Filters: what the SQL finds is what plain Python finds, over the same contacts and events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkstrata.filter_words import read
from linkstrata.filters import (
    DEEPEST,
    EVENTS,
    FIELDS,
    FOLLOW_STATES,
    MOST_CONDITIONS,
    OPERATORS,
    SEGMENTS,
    Condition,
    FilterError,
    Group,
    describe,
    parse,
    to_json,
    to_sql,
    to_text,
)
from linkstrata.settings import project_root
from linkstrata.titles import FUNCTIONS, SENIORITIES

TODAY = date(2026, 6, 15)
PREVIOUS_EXPORT = {"ada": date(2026, 3, 1), "bo_o'neil": date(9999, 12, 31)}
"""For each owner the day of the export before the newest; nothing is newer where there is only one."""

TAGS = ("founder", "investor", "old friend", "x, y", "o'neil", "ÄRZTE")
TEXTS = ("Acme", "acme labs", "Zürich AG", "100%_", "o'neil", 'say "hi"', "a\\b", "two\nlines", "東京 🎉", "", None)
WRITTEN = [text for text in TEXTS if text]

Contact = dict[str, Any]


@pytest.fixture(scope="module")
def people() -> list[Contact]:
    """Contacts in which every field takes each kind of value, unknown among them."""
    people = []
    for at in range(120):
        connected_on = TODAY - timedelta(days=at * 5) if at % 3 else None
        last_message_at = datetime(2026, 6, 15, 22) - timedelta(hours=at * 31) if at % 4 else None
        people.append(
            {
                "owner": list(PREVIOUS_EXPORT)[at % 7 == 3],
                "person_id": f"p{at // 2}" if at % 7 == 3 else f"p{at}",
                "full_name": ["Acme Person", "Bo", "Zoë O'Neil", "100%_ sure", "", None][at % 6],
                "company": TEXTS[at % len(TEXTS)],
                "position": ["Founder", None, "engineer at ACME"][at % 3],
                "email": None if at % 5 else f"{at}@acme.example",
                "profile_url": f"https://www.linkedin.com/in/p-{at}" if at % 7 else None,
                "segment": list(SEGMENTS)[at % 6],
                "tags": [tag for place, tag in enumerate(TAGS) if at >> place & 1],
                "is_connection": at % 2 == 0,
                "follows_me": list(FOLLOW_STATES)[at % 4],
                "i_follow": list(FOLLOW_STATES)[at // 4 % 4],
                "connected_on": connected_on,
                "messages_sent": at % 9,
                "messages_received": at % 5,
                "first_message_at": last_message_at,
                "last_message_at": last_message_at,
                "first_seen_on": date(2025, 1, 1) + timedelta(days=at * 3),
                "last_seen_on": TODAY,
                "segment_since": connected_on,
                "company_name": TEXTS[at // 2 % len(TEXTS)],
                "seniority": [*SENIORITIES, None][at % 12],
                "function": [*FUNCTIONS, None][at % 21],
                "strength": at % 101,
                "notes": [f"Met at {TEXTS[at % len(TEXTS)]}", "call back"][: at % 3],
                "events": [
                    (event, TODAY - timedelta(days=at * 3 + place * 7))
                    for place, event in enumerate(EVENTS)
                    if (at + place) % 3 == 0
                ],
            }
        )
    return people


@pytest.fixture(scope="module")
def connection(people: list[Contact]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("""
            create table contacts (
                owner varchar, person_id varchar, full_name varchar, company varchar, position varchar, email varchar,
                profile_url varchar, segment varchar, tags varchar[], is_connection boolean, follows_me varchar,
                i_follow varchar, connected_on date, messages_sent bigint, messages_received bigint,
                first_message_at timestamp, last_message_at timestamp, first_seen_on date, last_seen_on date,
                segment_since date
            );
            create table roles (
                owner varchar, person_id varchar, company_name varchar, seniority varchar, function varchar
            );
            create table relationships (owner varchar, person_id varchar, strength bigint);
            create table notes (owner varchar, person_id varchar, note varchar);
            create table contact_events (owner varchar, person_id varchar, event varchar, happened_by date);
            create table export_order as from (values
                ('ada', 'connections', date '2025-01-01'), ('ada', 'connections', date '2026-03-01'),
                ('ada', 'connections', date '2026-06-01'), ('ada', 'messages', date '2026-06-10'),
                ('bo_o''neil', 'connections', date '2026-01-01')
            ) as e(owner, table_name, exported_on);
        """)
        for person in people:
            key = [person["owner"], person["person_id"]]
            for table in ("contacts", "roles", "relationships"):
                columns = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
                values = [person[name] for name in columns]
                connection.execute(f"insert into {table} values ({', '.join('?' * len(values))})", values)
            for note in person["notes"]:
                connection.execute("insert into notes values (?, ?, ?)", [*key, note])
            for event, day in person["events"]:
                connection.execute("insert into contact_events values (?, ?, ?, ?)", [*key, event, day])
        yield connection


def holds(part: Condition | Group, person: Contact) -> bool:
    """The language in plain Python, written from its description and from nothing else."""
    if isinstance(part, Group):
        answers = [holds(each, person) for each in part.parts]
        if not answers:
            return True
        return {"all": all(answers), "any": any(answers), "none": not any(answers)}[part.joint]
    asked, value = FIELDS[part.field], part.value
    if asked.kind == "event":
        days = [day for event, day in person["events"] if f"event_{event}" == part.field]
        return {
            "since_export": lambda: any(day > PREVIOUS_EXPORT[person["owner"]] for day in days),
            "in_last": lambda: any(day > TODAY - timedelta(days=value) for day in days),
            "from": lambda: any(day >= date.fromisoformat(value) for day in days),
            "ever": lambda: bool(days),
            "never": lambda: not days,
        }[part.operator]()
    found = person[part.field]
    if part.field == "is_connection":
        found = "yes" if found else "no"
    if part.field in ("seniority", "function"):
        found = found or "untold"
    if part.operator in ("known", "unknown"):
        return (found not in (None, [])) == (part.operator == "known")
    if asked.kind == "notes":
        return any(value.lower() in note.lower() for note in found)
    if asked.kind == "text":
        text = (found or "").lower()
        return {
            "contains": lambda: value.lower() in text,
            "lacks": lambda: value.lower() not in text,
            "is": lambda: text == value.lower(),
            "is_not": lambda: text != value.lower(),
            "begins": lambda: text.startswith(value.lower()),
            "one_of": lambda: text in [each.lower() for each in value],
            "none_of": lambda: text not in [each.lower() for each in value],
        }[part.operator]()
    if asked.kind == "tags":
        common = set(found) & set(value)
        return {"any_of": bool(common), "all_of": common == set(value), "none_of": not common}[part.operator]
    if asked.kind == "choice":
        return (found in value) == (part.operator == "any_of")
    if asked.kind == "count":
        return {"at_least": found >= value, "at_most": found <= value, "is": found == value}[part.operator]
    if found is None:
        return False
    day = found.date() if isinstance(found, datetime) else found
    match part.operator:
        case "from":
            return day >= date.fromisoformat(value)
        case "on":
            return day == date.fromisoformat(value)
        case "before":
            return day < date.fromisoformat(value)
        case "in_last":
            return TODAY - timedelta(days=value) < day <= TODAY
        case _:
            return day <= TODAY - timedelta(days=value)


def key(person: Contact) -> tuple[str, str]:
    return person["owner"], person["person_id"]


VALUES = {
    "nothing": st.none(),
    "text": st.sampled_from(
        [
            *WRITTEN,
            "an",
            "ZÜRICH",
            "%",
            "_",
            "\\",
            "\n",
            "🎉",
            "'; drop table contacts; --",
            "{column}",
            "$filter_0",
            "ada",
        ]
    ),
    "texts": st.lists(st.sampled_from([*TAGS, *WRITTEN, "zürich ag", "Founder"]), min_size=1, max_size=3, unique=True),
    "number": st.integers(0, 10),
    "days": st.integers(0, 400),
    "day": st.dates(date(2024, 6, 1), date(2026, 7, 1)).map(date.isoformat),
}


@st.composite
def condition_forms(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(list(FIELDS)))
    operator = draw(st.sampled_from(list(OPERATORS[FIELDS[name].kind])))
    takes = OPERATORS[FIELDS[name].kind][operator].takes
    if takes == "choices":
        value = draw(st.lists(st.sampled_from(list(FIELDS[name].choices)), min_size=1, unique=True))
    else:
        value = draw(VALUES[takes])
    return {"field": name, "operator": operator, **({} if value is None else {"value": value})}


def group_forms(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda joint, parts: {joint: parts}, st.sampled_from(["all", "any", "none"]), st.lists(parts, max_size=3)
    )


FORMS = group_forms(st.recursive(condition_forms(), group_forms, max_leaves=5))


@settings(max_examples=150, deadline=None)
@given(form=FORMS)
def test_the_sql_finds_whom_plain_python_finds(
    people: list[Contact], connection: duckdb.DuckDBPyConnection, form: dict[str, Any]
) -> None:
    group = parse(form)
    predicate, parameters = to_sql(group, TODAY)
    found = connection.execute(f"select owner, person_id from contacts where {predicate}", parameters).fetchall()
    expected = sorted(key(person) for person in people if holds(group, person))
    assert sorted(found) == expected
    assert to_json(group) == form
    written_out = connection.execute(f"select owner, person_id from contacts where {to_text(group, TODAY)}").fetchall()
    assert sorted(written_out) == expected
    said = read(describe(group))
    assert describe(said).replace("(", "").replace(")", "") == describe(group).replace("(", "").replace(")", "")
    assert sorted(key(person) for person in people if holds(said, person)) == expected


@pytest.mark.parametrize(
    ("field", "operator"), [(name, operator) for name, field in FIELDS.items() for operator in OPERATORS[field.kind]]
)
def test_each_field_takes_each_of_its_operators(
    people: list[Contact], connection: duckdb.DuckDBPyConnection, field: str, operator: str
) -> None:
    """Alone, denied, and with values that find some and leave some; the random filters above seldom come to each."""
    asked = FIELDS[field]
    takes = OPERATORS[asked.kind][operator].takes
    texts = ["acme", "100%_", "o'neil", "BO_O'neil", "zürich ag", "https://www.linkedin.com/in/p-3", "0@acme.example"]
    values: Mapping[str, Sequence[Any]] = {
        "nothing": [None],
        "text": texts,
        "texts": [texts, list(TAGS[:2]), ["founder", "ÄRZTE"]],
        "choices": [[choice] for choice in asked.choices],
        "number": [0, 3, 100],
        "days": [0, 1, 90, 400],
        "day": ["2026-06-15", "2026-01-01", "2025-03-02"],
    }
    for value in values[takes]:
        for joint in ("all", "none"):
            group = parse({joint: [{"field": field, "operator": operator, "value": value}]})
            predicate, parameters = to_sql(group, TODAY)
            found = connection.execute(f"select owner, person_id from contacts where {predicate}", parameters)
            assert sorted(found.fetchall()) == sorted(key(person) for person in people if holds(group, person)), value


def test_the_language_knows_every_level_and_line_of_work_that_titles_tell() -> None:
    rules = (project_root() / "sql" / "staging" / "title_rules.sql").read_text(encoding="utf-8")
    assert set(re.findall(r"\('function', '(\w+)'", rules)) == set(FUNCTIONS)
    assert set(re.findall(r"\('seniority', '(\w+)'", rules)) == set(SENIORITIES)


def test_a_filter_reads_as_a_sentence() -> None:
    group = parse(
        {
            "all": [
                {"field": "company", "operator": "contains", "value": "acme"},
                {"field": "last_message_at", "operator": "in_last", "value": 90},
                {
                    "any": [
                        {"field": "tags", "operator": "any_of", "value": ["founder", "investor"]},
                        {"field": "follows_me", "operator": "any_of", "value": ["yes", "assumed"]},
                    ]
                },
            ]
        }
    )
    assert describe(group) == (
        'Company contains "acme" and Last message in the last 90 days and '
        "(Tags any of founder, investor or Follows me is any of yes, proved, assumed)"
    )
    assert describe(Group()) == "everybody"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("company is Acme Labs and NOTES none at all", 'Company is "Acme Labs" and Notes none at all'),
        ("Segment is follower only, former_connection", "Segment is any of follower only, former connection"),
        ("Follows me is yes, no, proved", "Follows me is any of yes, proved, no, proved"),
        ("Changed company since the last export", "Changed company since the export before the newest"),
        ("Changed company since 2026-03-01", "Changed company since 2026-03-01"),
        ("connected_on in the last 1 day", "Connected on in the last 1 days"),
        (
            'tags all_of old friend,"a, b" or messages_sent at least 3',
            'Tags all of "old friend", "a, b" or Messages I sent at least 3',
        ),
        ("not (Tags is a and Tags is b)", "not ((Tags any of a and Tags any of b))"),
        ('{"any": [{"field": "company", "operator": "known"}]}', "Company is known"),
    ],
)
def test_words_are_read_as_people_write_them(words: str, meant: str) -> None:
    assert describe(read(words)) == meant


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "a field"),
        ("Firm is acme", "a field"),
        ("Company", "one of contains"),
        ("Company contains", "a word"),
        ('Company contains "acme', "no end"),
        ("Company is a or Company is b and Company is c", "brackets"),
        ("(Company is a", "closing bracket"),
        ("Company is a) or", "the end"),
        ("Company is a and", "a field"),
        ("Segment is friends", "follower only"),
        ("Connected on before soon", "YYYY-MM-DD"),
        ("Connected on before 2026-13-01", "YYYY-MM-DD"),
        ("Connected on in the last 90", "days"),
        ("Connected on in the last 99999 days", "range"),
        ("Messages I sent at least many", "a number"),
        ("(" * 99 + "Company is a" + ")" * 99, "deep"),
        (" and ".join(["Company is a"] * (MOST_CONDITIONS + 1)), "at most"),
    ],
)
def test_words_that_say_no_filter_are_refused_in_one_line(words: str, said: str) -> None:
    with pytest.raises(FilterError, match=said) as refused:
        read(words)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("{", "JSON"),
        ({"some": []}, "group"),
        ({"all": {"field": "company"}}, "list"),
        ({"all": [{"field": "1=1 or company", "operator": "is", "value": "x"}]}, "no field"),
        ({"all": [{"field": "company", "operator": "or 1=1", "value": "x"}]}, "no operator"),
        ({"all": [{"field": "segment", "operator": "any_of", "value": ["x') or true --"]}]}, "there are"),
        ({"all": [{"field": "messages_sent", "operator": "is", "value": "1 or 1=1"}]}, "whole number"),
        ({"all": [{"field": "connected_on", "operator": "before", "value": "soon"}]}, "YYYY-MM-DD"),
        ({"all": [{"field": "connected_on", "operator": "in_last", "value": -1}]}, "range"),
        ({"all": [{"field": "company", "operator": "contains", "value": ""}]}, "a text"),
        ({"all": [{"field": "company", "operator": "contains", "value": "\ud800"}]}, "half a sign"),
        ("[" * 100_000, "JSON"),
        ('{"all": [' * (DEEPEST + 1) + "]}" * (DEEPEST + 1), "deep"),
        ({"all": [{"field": "company", "operator": "known"}] * (MOST_CONDITIONS + 1)}, "at most"),
    ],
)
def test_what_is_no_filter_is_refused_in_one_line(form: object, said: str) -> None:
    with pytest.raises(FilterError, match=said) as refused:
        parse(form)
    assert "\n" not in str(refused.value)
