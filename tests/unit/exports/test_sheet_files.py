"""Workbooks whose sheets somebody saved as CSV files, one each."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from linkstrata.exports import csv_files, sheet_files
from linkstrata.exports.container import Refused

from .conftest import Archive, read_path, write_zip

NEW_FOLLOWERS = [
    ["Date", "Sponsored followers", "Organic followers", "Auto-invited followers", "Total followers"],
    ["04/29/2024", "1", "5", "2", "8"],
    ["04/30/2024", "0", "-1", "0", "-1"],
]
LOCATION = [["Location", "Total followers"], ["Port Testa", "1,120"]]
ENGAGEMENT = [["Date", "Impressions", "Engagements"], ["4/29/2024", "900", "31"], ["4/30/2024", "120", "4"]]
FOLLOWERS = [["Total followers on 4/30/2024:", "1,250"], [], ["Date", "New followers"], ["4/30/2024", "7"]]
TOP_POSTS = [
    ["Maximum of 50 posts available to include in this list"],
    [],
    ["Post URL", "Post publish date", "Engagements", "", "Post URL", "Post publish date", "Impressions"],
    ["https://www.linkedin.com/feed/update/urn:li:activity:7190000000000000000", "4/27/2024", "31", "", "", "", ""],
]


def written(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def loose(tmp_path: Path, name: str, rows: Sequence[Sequence[str]], delimiter: str = ",") -> Archive:
    path = tmp_path / name
    path.write_text(written(rows, delimiter))
    return read_path(path)


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize(
    "name",
    [
        "New followers-Table 1.csv",
        "Novos seguidores-Tabela 1.csv",
        "acme-test_followers_1714521600000.csv",
        "acme-test_followers_1714521600000 - New followers.csv",
        "anything.csv",
    ],
)
def test_new_followers_alone(tmp_path: Path, name: str, delimiter: str) -> None:
    archive = loose(tmp_path, name, NEW_FOLLOWERS, delimiter)
    rows = archive[name]
    assert (archive.reading.source, rows.table) == ("company_page", "company_page_followers_daily")
    assert rows.column("day") == [date(2024, 4, 29), date(2024, 4, 30)]
    assert rows.column("new_followers") == [8, -1]
    assert rows.column("page") == ["acme-test" if name.startswith("acme") else None] * 2


def test_a_folder_of_sheets_is_one_workbook(tmp_path: Path) -> None:
    folder = tmp_path / "acme-test_followers_1714521600000"
    folder.mkdir()
    (folder / "Location-Table 1.csv").write_text(written(LOCATION))
    (folder / "New followers-Table 1.csv").write_text(written(NEW_FOLLOWERS))
    archive = read_path(folder)
    assert archive.reading.source == "company_page"
    assert archive["New followers-Table 1.csv"].column("page") == ["acme-test"] * 2
    location = archive["Location-Table 1.csv"].only()
    assert (location["kind"], location["dimension"], location["count"]) == ("followers", "Location", 1120)


@pytest.mark.parametrize(
    ("name", "sheet", "table", "value"),
    [
        ("ENGAGEMENT-Table 1.csv", ENGAGEMENT, "creator_engagement_daily", ("impressions", [900, 120])),
        ("FOLLOWERS-Table 1.csv", FOLLOWERS, "creator_followers_daily", ("new_followers", [7])),
        ("TOP POSTS-Table 1.csv", TOP_POSTS, "creator_posts", ("value", [31])),
    ],
)
def test_a_creators_sheet_alone(
    tmp_path: Path, name: str, sheet: list[list[str]], table: str, value: tuple[str, list[int]]
) -> None:
    archive = loose(tmp_path, name, sheet)
    (rows,) = (rows for rows in archive.files.values() if rows.table == table)
    assert rows.path.startswith(name)
    assert (archive.reading.source, rows.column(value[0])) == ("creator_analytics", value[1])


@pytest.mark.parametrize("name", ["{} - {}.csv", "{}/{}-Table 1.csv"])
def test_a_creators_sheets_in_a_zip_know_period_and_member(tmp_path: Path, name: str) -> None:
    workbook = "Content_2024-04-01_2024-04-30_Ada Example"
    files = {
        name.format(workbook, title): written(rows)
        for title, rows in {"ENGAGEMENT": ENGAGEMENT, "FOLLOWERS": FOLLOWERS, "TOP POSTS": TOP_POSTS}.items()
    }
    files["zz.txt"] = "a note that is of no period"
    archive = read_path(write_zip(tmp_path / "sheets.zip", files, (2025, 1, 1, 0, 0, 0)))
    assert (archive.reading.source, archive.reading.owner_name) == ("creator_analytics", "Ada Example")
    assert archive.reading.exported_on == date(2024, 4, 30)
    tables = {rows.table for path, rows in archive.files.items() if path != "zz.txt"}
    assert tables == {"creator_engagement_daily", "creator_totals", "creator_followers_daily", "creator_posts"}


@pytest.mark.parametrize(
    ("name", "header", "row", "table"),
    [
        ("Sheet 1-Table 1.csv", "Profile url,Name,Timestamp", "https://www.linkedin.com/in/ann,Ann,", "contact_list"),
        ("Member_Follows-Table 1.csv", "Date,Status,FullName", "2024-03-05 10:00:00,Active,Ann", "member_follows"),
        (
            "Connections-Table 1.csv",
            "First Name,Last Name,Email Address,Company,Position,Connected On",
            "Ann,Example,,,,05 Mar 2024",
            "connections",
        ),
    ],
)
def test_other_tables_from_numbers_are_what_they_are(
    tmp_path: Path, name: str, header: str, row: str, table: str
) -> None:
    assert loose(tmp_path, name, [header.split(","), row.split(",")])[name].table == table


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("Runs-Table 1.csv", [["Day", "Distance", "Minutes"], ["4/29/2024", "5", "31"]]),
        ("diary.csv", [["Date", "Followers", "Following", "Posts"], ["4/29/2024", "5", "31", "2"]]),
        ("diary.csv", [["Date", "Impressions", "Engagements"], ["4/29/2024", "5", "31"]]),
    ],
)
def test_somebodys_own_figures_are_not_linkedins(tmp_path: Path, name: str, rows: list[list[str]]) -> None:
    with pytest.raises(Refused, match="no file that linkstrata knows"):
        loose(tmp_path, name, rows)


def test_a_file_larger_than_any_sheet_is_not_looked_at_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(written(NEW_FOLLOWERS).encode())
    monkeypatch.setattr(sheet_files, "LARGEST_SHEET", size)
    assert loose(tmp_path, "anything.csv", NEW_FOLLOWERS).reading.source == "company_page"
    monkeypatch.setattr(sheet_files, "LARGEST_SHEET", size - 1)
    with pytest.raises(Refused, match="no file that linkstrata knows"):
        loose(tmp_path, "anything.csv", NEW_FOLLOWERS)


def test_a_file_with_a_row_wider_than_any_table_is_no_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "COLUMNS_AT_MOST", 6)
    assert loose(tmp_path, "anything.csv", [*NEW_FOLLOWERS, [""] * 6]).reading.source == "company_page"
    with pytest.raises(Refused, match="no file that linkstrata knows"):
        loose(tmp_path, "anything.csv", [*NEW_FOLLOWERS, [""] * 7])
