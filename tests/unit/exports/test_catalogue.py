"""The catalogue hangs together, and every header it declares leads to its table and is read."""

from __future__ import annotations

import csv
import io
import re

import pytest

from linkstrata.exports.catalogue import TABLES, normalised, numbered, table_of_file, table_of_header
from linkstrata.exports.tables import Generation, Table

GENERATIONS = [
    pytest.param(table, generation, id=f"{table.name} {generation.label}")
    for table in TABLES.values()
    for generation in table.generations
]
CELLS = {
    "date": "05 Mar 2024",
    "timestamp": "2024-03-05 06:07:08",
    "integer": "7",
    "real": "7.5",
    "boolean": "Yes",
    "profile_url": "https://www.linkedin.com/in/ann",
    "profile_urls": "https://www.linkedin.com/in/ann",
    "text": "words",
}


@pytest.mark.parametrize(("table", "generation"), GENERATIONS)
def test_every_generation_is_read_whole(read_file, table: Table, generation: Generation):
    known = table.known_headers
    keys = numbered(generation.header)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(generation.header)
    writer.writerow([CELLS[known[key][0].type] if key else "" for key in keys])
    rows = read_file(f"{table.files[0]}.csv", text.getvalue())
    assert (rows.table, rows.detail, rows.rejected) == (table.name, None, [])
    row = rows.only()
    filled = {name for name, value in row.items() if value is not None and name not in ("line_number", "extra")}
    whole = {column.name for key in keys if key for column in known[key] if column.pattern is None}
    assert whole <= filled
    assert list(row) == [column.name for column in table.columns] + ["line_number", "extra"]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_names_are_sql_names_and_described(table: Table):
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in (table.name, *names))
    assert not {"owner", "archive_id", "line_number", "extra"} & set(names)
    assert table.description
    assert all(column.description for column in table.columns)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_what_tables_say_of_columns_is_true(table: Table):
    names = {column.name for column in table.columns}
    assert names.issuperset(name for group in table.person_names for name in group)
    for column, last in ((table.unquoted_breaks, True), (table.overflow, True), (table.wrapped_lines, False)):
        if column is not None:
            assert column in names
            assert not last or any(g.header[-1] in _headers(table, column) for g in table.generations)


def _headers(table: Table, name: str) -> tuple[str, ...]:
    return next(column.headers for column in table.columns if column.name == name)


def test_no_file_name_leads_to_two_tables():
    owners: dict[str, str] = {}
    for table in TABLES.values():
        for file in table.files:
            assert owners.setdefault(normalised(file), table.name) == table.name


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("Connections.csv", "connections"),
        ("CONNECTIONS.CSV", "connections"),
        ("Connections (1).csv", "connections"),
        ("Connections copy.csv", "connections"),
        ("Connections - Copy (2).csv", "connections"),
        ("Messages.csv", "messages"),
        ("Job Applications_1.csv", "job_applications"),
        ("Job Applicant Saved Screening Question Responses_5.csv", "job_application_answers"),
        ("Shares_123456789.csv", "shares"),
        ("Receipts_v2.csv", "receipts"),
        ("Receipts_v2_123456789.csv", "receipts"),
        ("Endorsement Received Info.csv", "endorsements_received"),
        ("Ad Targeting.csv", "ad_targeting"),
        ("Phone Numbers.csv", "phone_numbers"),
        ("Opprtunities.csv", "service_opportunities"),
        ("Reactions.xlsx", "reactions"),
        ("Something.csv", None),
        ("1.csv", None),
    ],
)
def test_file_names(name, table):
    found = table_of_file(name)
    assert (found and found.name) == table


def test_headers_tell_a_renamed_file():
    h3 = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]
    assert table_of_header(h3).name == "connections"
    assert table_of_header([*reversed(h3), "Tags"]).name == "connections"
    assert table_of_header(["Date", "Type", "Link"]).name == "reactions"
    assert table_of_header(["Question", "Answer"]) is None
    assert table_of_header(["Name"]) is None
    assert table_of_header(["a", "b", "c"]) is None


def test_shared_header_is_told_by_the_name():
    header = ["First Name", "Last Name", "Company", "Job Title", "Text", "Creation Date", "Status"]
    assert table_of_header(header, "Recommendations_Given from work.csv").name == "recommendations_given"
    assert table_of_header(header, "praise.csv").name == "recommendations_received"
