"""Workbooks of every generation, language and damage, written here and read back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
import xlwt

from linkstrata.exports import company_workbooks, creator_workbooks, sheets
from linkstrata.exports import reading as reading_module
from linkstrata.exports.cells import Unreadable, whole_number
from linkstrata.exports.container import open_export
from linkstrata.exports.members import MemberFailed, MemberReading
from linkstrata.exports.sheet_days import DayEvidence, UndecidedDays, day_reader
from linkstrata.exports.sheet_shapes import Grid, header_grid
from linkstrata.exports.sheets import Row
from linkstrata.exports.workbook_tables import COMPANY_FOLLOWERS_DAILY
from linkstrata.exports.workbooks import WorkbookReading, read_workbook

from .conftest import read_path

Cells = Sequence[Sequence[str | float | date | None]]

POST = "https://www.linkedin.com/feed/update/urn:li:activity:{}"
DEMOGRAPHICS: Cells = [
    ["Top Demographics", "Value", "Percentage"],
    ["Job titles", "Lighthouse Keeper", 0.12],
    ["Locations", "Port Testa", "< 1%"],
]


def xlsx(path: Path, content: Mapping[str, Cells]) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as workbook:
        percent = workbook.add_format({"num_format": "0%"})
        day = workbook.add_format({"num_format": "m/d/yyyy"})
        for name, rows in content.items():
            sheet = workbook.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(row, column, cell)
                    elif isinstance(cell, date):
                        sheet.write_datetime(row, column, cell, day)
                    elif cell is not None:
                        sheet.write_number(row, column, cell, percent if isinstance(cell, float) else None)
    return path


def xls(path: Path, content: Mapping[str, Cells]) -> Path:
    workbook = xlwt.Workbook()
    for name, rows in content.items():
        sheet = workbook.add_sheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(row, column, cell)
    workbook.save(str(path))
    return path


def read(path: Path) -> WorkbookReading:
    with open_export(path) as export:
        reading = read_workbook(export.members[0], export.file_name)
        assert reading is not None
        for member in reading.members:
            list(member.frames())
        return reading


def member(reading: WorkbookReading, table: str) -> MemberReading:
    (found,) = (member for member in reading.members if member.table == table)
    return found


def rows(reading: WorkbookReading, table: str, *columns: str) -> list[tuple[object, ...]]:
    """The rows of a table, in the given columns; the table's accounts must balance."""
    found = [member for member in reading.members if member.table == table]
    frames = [frame for each in found for frame in each.frames()]
    assert sum(each.rows_in_file for each in found) == sum(f.height for f in frames) + sum(
        len(m.rejected) for m in found
    )
    return pl.concat(frames).select(columns).rows() if frames else []


def us(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def daily(first: date, *figures: Sequence[float | str], written=us) -> list[list[str | float]]:  # type: ignore[no-untyped-def]
    return [[written(first + timedelta(days=offset)), *values] for offset, values in enumerate(figures)]


# --- creator workbooks by generation ---


def test_creator_workbook_of_2023_has_three_sheets_and_a_total_with_a_colon(tmp_path: Path) -> None:
    first = date(2023, 4, 1)
    reading = read(
        xlsx(
            tmp_path / "Content_2023-04-01_2023-04-03_Dr. Ada Q. Example, MBA.xlsx",
            {
                "ENGAGEMENT": [["Date", "Impressions", "Engagements"], *daily(first, [900, 31], [120, 4], [5, -28])],
                "FOLLOWERS": [
                    ["Total followers on 4/3/2023:", 1250],
                    [],
                    ["Date", "New followers"],
                    *daily(first, [4], [0], [7]),
                ],
                "DEMOGRAPHICS": DEMOGRAPHICS,
            },
        )
    )
    assert (reading.source, reading.display_name) == ("creator_analytics", "Dr. Ada Q. Example, MBA")
    assert reading.period == (date(2023, 4, 1), date(2023, 4, 3))
    assert rows(reading, "creator_totals", "day", "total_followers") == [(date(2023, 4, 3), 1250)]
    assert rows(reading, "creator_followers_daily", "day", "new_followers") == [
        (date(2023, 4, 1), 4),
        (date(2023, 4, 2), 0),
        (date(2023, 4, 3), 7),
    ]
    assert rows(reading, "creator_engagement_daily", "day", "impressions", "engagements")[-1] == (
        date(2023, 4, 3),
        5,
        -28,
    ), "reactions taken back are a negative figure"
    assert rows(reading, "creator_demographics", "scope", "category", "value", "percentage", "percentage_text") == [
        ("all", "Job titles", "Lighthouse Keeper", 0.12, "12%"),
        ("all", "Locations", "Port Testa", None, "< 1%"),
    ]


@pytest.mark.parametrize("reached", ["Unique views", "Members reached"])
def test_discovery_is_there_from_2024(tmp_path: Path, reached: str) -> None:
    reading = read(
        xlsx(
            tmp_path / "Content_2024-08-25_2024-11-22_Ada Example (1).xlsx",
            {
                "DISCOVERY": [
                    ["Overall Performance", "8/25/2024 - 11/22/2024"],
                    ["Impressions", 65_301],
                    [reached, 20_110],
                ],
                "DEMOGRAPHICS": DEMOGRAPHICS,
            },
        )
    )
    assert reading.display_name == "Ada Example", "the browser's (1) is no part of the name"
    assert rows(reading, "creator_discovery", "window_from", "window_to", "impressions", "members_reached") == [
        (date(2024, 8, 25), date(2024, 11, 22), 65_301, 20_110)
    ]


def test_creator_workbook_of_2026_is_all_text(tmp_path: Path) -> None:
    reading = read(
        xlsx(
            tmp_path / "AggregateAnalytics_Ada Example_2026-01-14_2026-01-15.xlsx",
            {
                "ENGAGEMENT": [
                    ["Date", "Impressions", "Engagements"],
                    *daily(date(2026, 1, 14), ["6,530", "1,204"], ["12", "0"]),
                ],
                "FOLLOWERS": [
                    ["Total followers on 1/15/2026", "12,481"],
                    [],
                    ["Date", "New followers"],
                    *daily(date(2026, 1, 14), ["3"], ["1,001"]),
                ],
                "AUDIENCE DEMOGRAPHICS": [["Top Demographics", "Value", "Percentage"], ["Company", "Acme", "2%"]],
                "CONTENT DEMOGRAPHICS": [["Top Demographics", "Value", "Percentage"], ["Company", "Acme", "< 1%"]],
            },
        )
    )
    assert reading.display_name == "Ada Example"
    assert rows(reading, "creator_engagement_daily", "impressions", "engagements") == [(6530, 1204), (12, 0)]
    assert rows(reading, "creator_totals", "day", "total_followers") == [(date(2026, 1, 15), 12_481)]
    assert rows(reading, "creator_followers_daily", "new_followers") == [(3,), (1001,)]
    assert rows(reading, "creator_demographics", "scope", "percentage", "percentage_text") == [
        ("audience", 0.02, "2%"),
        ("content", None, "< 1%"),
    ]


def test_a_number_that_fills_unused_cells_is_no_figure(tmp_path: Path) -> None:
    filler = "481"
    reading = read(
        xlsx(
            tmp_path / "AggregateAnalytics_Ada Example_2026-01-14_2026-01-15.xlsx",
            {
                "TOP POSTS": [
                    ["Maximum of 50 posts available to include in this list", filler, filler],
                    [filler] * 8,
                    [
                        "Post URL",
                        "Post Publish Date",
                        "Engagements",
                        filler,
                        "Post URL",
                        "Post Publish Date",
                        "Impressions",
                    ],
                    [POST.format(1), "1/14/2026", "9", filler, POST.format(2), "1/14/2026", "700", filler],
                    [filler, filler, filler, filler, POST.format(1), "1/14/2026", "600", filler],
                    [filler] * 8,
                ],
                "FOLLOWERS": [
                    ["Total followers on 1/15/2026", "300", filler],
                    [filler, filler, filler],
                    ["Date", "New followers", filler],
                    *daily(date(2026, 1, 14), ["3", filler], [filler, filler]),
                    [filler, filler],
                ],
            },
        )
    )
    assert rows(reading, "creator_posts", "ranking", "position", "post_url", "value") == [
        ("engagements", 1, POST.format(1), 9),
        ("impressions", 1, POST.format(2), 700),
        ("impressions", 2, POST.format(1), 600),
    ]
    assert rows(reading, "creator_followers_daily", "new_followers", "extra") == [(3, None), (481, None)]
    assert all(each.status == "loaded" and not each.rejected and not each.detail for each in reading.members)


def test_rankings_share_neither_posts_nor_length(tmp_path: Path) -> None:
    header = ["Post URL", "Post publish date", "Engagements", None, "Post URL", "Post publish date", "Impressions"]
    reading = read(
        xlsx(
            tmp_path / "Content_2024-08-25_2024-11-22_Ada Example.xlsx",
            {
                "TOP POSTS": [
                    ["Maximum of 50 posts available to include in this list"],
                    [],
                    header,
                    [None, None, None, None, POST.format(7), "2/29/2024", 41],
                    [None, None, None, None, "www.linkedin.com/posts/ada_x-share-7-AbCd", "11/2/2024", 40],
                ],
                "DEMOGRAPHICS": DEMOGRAPHICS,
            },
        )
    )
    assert rows(reading, "creator_posts", "ranking", "position", "published_on", "value") == [
        ("impressions", 1, date(2024, 2, 29), 41),
        ("impressions", 2, date(2024, 11, 2), 40),
    ], "a post may be older than the period; engagements may have none"


@pytest.mark.parametrize(
    "address",
    [
        POST.format(7181213840179200000),
        "https://www.linkedin.com/posts/ada_sea-share-7181213840179200000-AbCd",
        "https://www.linkedin.com/posts/ada_sea-ugcPost-7181213840179200000-AbCd",
        "https://www.linkedin.com/pulse/on-the-sea-ada-example",
    ],
)
def test_addresses_of_posts_of_every_year(tmp_path: Path, address: str) -> None:
    header = ["Post URL", "Post Publish Date", "Engagements", None, "Post URL", "Post Publish Date", "Impressions"]
    note = ["Maximum of 50 posts available to include in this list"]
    sheet: Cells = [note, [], header, [address, "1/14/2026", "9", None, None, None, None]]
    path = tmp_path / "AggregateAnalytics_Ada Example_2026-01-14_2026-01-15.xlsx"
    reading = read(xlsx(path, {"TOP POSTS": sheet, "DEMOGRAPHICS": DEMOGRAPHICS}))
    assert rows(reading, "creator_posts", "ranking", "post_url", "value") == [("engagements", address, 9)]


def test_brazilian_workbook(tmp_path: Path) -> None:
    def br(day: date) -> str:
        return f"{day:%d/%m/%Y}"

    first = date(2026, 10, 1)
    reading = read(
        xlsx(
            tmp_path / "AggregateAnalytics_Ana Exemplo_2026-10-01_2026-10-03.xlsx",
            {
                "Descoberta": [
                    ["Desempenho geral", "01/10/2026 - 03/10/2026"],
                    ["Impressões", "1.250"],
                    ["Usuários alcançados", "480"],
                ],
                "Engajamento": [
                    ["Data", "Impressões", "Engajamentos"],
                    *daily(first, ["1.100", "20"], ["100", "2"], ["50", "1"], written=br),
                ],
                "Publicações mais em alta": [
                    ["Máximo de 50 publicações"],
                    [],
                    ["URL", "Data", "Engajamentos", None, "URL", "Data", "Impressões"],
                    [POST.format(1), "02/10/2026", "9", None, POST.format(1), "02/10/2026", "70"],
                ],
                "Seguidores": [
                    ["Total de seguidores em 03/10/2026", "2.481"],
                    [],
                    ["Data", "Novos seguidores"],
                    *daily(first, ["3"], ["4"], ["5"], written=br),
                ],
                "Dados demográficos do público": [
                    ["Principais dados", "Valor", "Porcentagem"],
                    ["Cargo", "Faroleira", "menos de 1%"],
                    ["Cargo", "Piloto", "2,5 %"],
                ],
                "Dados demográficos do conteúdo": [["Principais dados", "Valor", "%"], ["Cargo", "Faroleira", "7%"]],
            },
        )
    )
    assert rows(reading, "creator_discovery", "window_from", "impressions") == [(date(2026, 10, 1), 1250)]
    assert rows(reading, "creator_engagement_daily", "day", "impressions")[0] == (date(2026, 10, 1), 1100)
    assert rows(reading, "creator_totals", "day", "total_followers") == [(date(2026, 10, 3), 2481)]
    assert rows(reading, "creator_posts", "published_on")[0] == (date(2026, 10, 2),)
    assert rows(reading, "creator_demographics", "scope", "percentage", "percentage_text") == [
        ("audience", None, "menos de 1%"),
        ("audience", 0.025, "2,5 %"),
        ("content", 0.07, "7%"),
    ]


def test_a_language_nobody_foresaw_is_read_by_shape(tmp_path: Path) -> None:
    def dotted(day: date) -> str:
        return f"{day.day}.{day.month}.{day.year}"

    reading = read(
        xlsx(
            tmp_path / "AggregateAnalytics_Aino Esimerkki_2026-03-01_2026-03-02.xlsx",
            {
                "Sitoutuminen": [
                    ["Päivä", "Näyttökerrat", "Sitoutumiset"],
                    *daily(date(2026, 3, 1), ["1 250", "30"], ["7", "1"], written=dotted),
                ],
                "Seuraajat": [
                    ["Seuraajia yhteensä 2.3.2026", "990"],
                    [],
                    ["Päivä", "Uudet seuraajat"],
                    *daily(date(2026, 3, 1), ["2"], ["3"], written=dotted),
                ],
                "Yleisö": [["Tiedot", "Arvo", "Osuus"], ["Ammatti", "Luotsi", "alle 1 %"]],
            },
        )
    )
    assert rows(reading, "creator_engagement_daily", "day", "impressions", "engagements") == [
        (date(2026, 3, 1), 1250, 30),
        (date(2026, 3, 2), 7, 1),
    ]
    assert rows(reading, "creator_totals", "day", "total_followers") == [(date(2026, 3, 2), 990)]
    assert rows(reading, "creator_followers_daily", "new_followers") == [(2,), (3,)]
    assert rows(reading, "creator_demographics", "value", "percentage") == [("Luotsi", None)]


# --- the order of day and month ---


def ambiguous(day_first: bool) -> dict[str, Cells]:
    """Two days, months apart in either reading, so that nothing but a period can tell."""
    written = ["3/4/2024", "5/4/2024"] if day_first else ["4/3/2024", "4/5/2024"]
    return {
        "ENGAGEMENT": [["Date", "Impressions", "Engagements"], *([day, 10, 1] for day in written)],
        "DEMOGRAPHICS": DEMOGRAPHICS,
    }


@pytest.mark.parametrize("day_first", [True, False])
def test_the_period_in_the_name_tells_day_from_month(tmp_path: Path, day_first: bool) -> None:
    reading = read(xlsx(tmp_path / "Content_2024-04-03_2024-04-05_Ada Example.xlsx", ambiguous(day_first)))
    assert rows(reading, "creator_engagement_daily", "day") == [(date(2024, 4, 3),), (date(2024, 4, 5),)]


@pytest.mark.parametrize("written", ["%d/%m/%Y", "%m/%d/%Y"])
def test_days_that_follow_each_other_tell_day_from_month(tmp_path: Path, written: str) -> None:
    figures = daily(date(2024, 4, 3), [1, 1], [2, 1], [3, 1], written=lambda day: day.strftime(written))
    content = {"ENGAGEMENT": [["Date", "Impressions", "Engagements"], *figures], "DEMOGRAPHICS": DEMOGRAPHICS}
    reading = read(xlsx(tmp_path / "renamed.xlsx", content))
    assert [day for (day,) in rows(reading, "creator_engagement_daily", "day")] == [
        date(2024, 4, 3),
        date(2024, 4, 4),
        date(2024, 4, 5),
    ]
    assert reading.period == (date(2024, 4, 3), date(2024, 4, 5)), "without one in the name, the days' own"


def test_a_renamed_workbook_is_of_the_last_day_it_shows(tmp_path: Path) -> None:
    figures = daily(date(2024, 4, 12), [1, 1], [2, 1], [3, 1])
    content = {"ENGAGEMENT": [["Date", "Impressions", "Engagements"], *figures], "DEMOGRAPHICS": DEMOGRAPHICS}
    with open_export(xlsx(tmp_path / "renamed.xlsx", content)) as export:
        reading = reading_module.read(export)
    assert (reading.exported_on, reading.exported_on_basis) == (date(2024, 4, 14), "content")


def test_one_impossible_month_settles_the_whole_workbook(tmp_path: Path) -> None:
    content = ambiguous(day_first=True) | {
        "FOLLOWERS": [["Total followers on 13/4/2024:", 12], [], ["Date", "New followers"], ["13/4/2024", 1]]
    }
    reading = read(xlsx(tmp_path / "renamed.xlsx", content))
    assert rows(reading, "creator_engagement_daily", "day") == [(date(2024, 4, 3),), (date(2024, 4, 5),)]


def test_dots_put_the_day_first(tmp_path: Path) -> None:
    figures = [["3.4.2024", 10, 1], ["5.4.2024", 10, 1]]
    content = {"ENGAGEMENT": [["Date", "Impressions", "Engagements"], *figures], "DEMOGRAPHICS": DEMOGRAPHICS}
    reading = read(xlsx(tmp_path / "renamed.xlsx", content))
    assert rows(reading, "creator_engagement_daily", "day") == [(date(2024, 4, 3),), (date(2024, 4, 5),)]


def test_days_that_nothing_settles_fail_their_sheet_alone(tmp_path: Path) -> None:
    reading = read(xlsx(tmp_path / "renamed.xlsx", ambiguous(day_first=True)))
    assert [(each.path, each.status) for each in reading.members] == [
        ("renamed.xlsx#ENGAGEMENT", "failed"),
        ("renamed.xlsx#DEMOGRAPHICS", "loaded"),
    ]
    assert "Content_2024-01-01_2024-12-31_Name.xlsx" in (reading.members[0].detail or ""), "says what to do"


def test_days_are_read_from_date_cells_too(tmp_path: Path) -> None:
    content = {
        "ENGAGEMENT": [["Date", "Impressions", "Engagements"], [date(2024, 4, 3), 10, 1]],
        "DEMOGRAPHICS": DEMOGRAPHICS,
    }
    assert rows(read(xlsx(tmp_path / "saved again.xlsx", content)), "creator_engagement_daily", "day") == [
        (date(2024, 4, 3),)
    ]


# --- cells and columns as people leave them ---


def test_cells_may_be_padded_and_rows_above_blank(tmp_path: Path) -> None:
    content: dict[str, Cells] = {
        "ENGAGEMENT": [[], [], [" Date ", "Impressions", "Engagements"], [" 4/13/2024 ", " 900 ", "\u221228"]],
        "DEMOGRAPHICS": DEMOGRAPHICS,
    }
    reading = read(xlsx(tmp_path / "Content_2024-04-01_2024-04-13_Ada Example.xlsx", content))
    columns = ("day", "impressions", "engagements", "line_number")
    assert rows(reading, "creator_engagement_daily", *columns) == [(date(2024, 4, 13), 900, -28, 4)]


def test_a_total_of_millions_is_a_number(tmp_path: Path) -> None:
    content: dict[str, Cells] = {
        "FOLLOWERS": [["Total followers on 4/13/2024:", "1,234,567"], [], ["Date", "New followers"], ["4/13/2024", 1]],
        "DEMOGRAPHICS": DEMOGRAPHICS,
    }
    reading = read(xlsx(tmp_path / "Content_2024-04-01_2024-04-13_Ada Example.xlsx", content))
    assert rows(reading, "creator_totals", "total_followers") == [(1_234_567,)]


def test_headings_win_over_positions(tmp_path: Path) -> None:
    header = ["Post URL", "Post publish date", "Impressions", None, "Post URL", "Post publish date", "Engagements"]
    content: dict[str, Cells] = {
        "ENGAGEMENT": [["Date", "Engagements", "Impressions"], ["4/13/2024", 4, 900]],
        "TOP POSTS": [["A note"], [], header, [POST.format(1), "4/13/2024", 900, None, POST.format(1), "4/13/2024", 4]],
    }
    reading = read(xlsx(tmp_path / "Content_2024-04-01_2024-04-13_Ada Example.xlsx", content))
    assert rows(reading, "creator_engagement_daily", "impressions", "engagements") == [(900, 4)]
    assert rows(reading, "creator_posts", "ranking", "value") == [("impressions", 900), ("engagements", 4)]


# --- accounting ---


def test_a_row_that_cannot_be_read_is_rejected_with_its_reason(tmp_path: Path) -> None:
    figures = [["4/1/2023", 5, 1], ["4/2/2023", "soon", 1], ["Total", 9, 9], ["2/30/2023", 9, 9], [None, 9, 8]]
    content = {"ENGAGEMENT": [["Date", "Impressions", "Engagements"], *figures], "DEMOGRAPHICS": DEMOGRAPHICS}
    reading = read(xlsx(tmp_path / "Content_2023-04-01_2023-04-03_Ada Example.xlsx", content))
    assert rows(reading, "creator_engagement_daily", "day", "line_number") == [(date(2023, 4, 1), 2)]
    assert [
        (each.line_number, each.reason, each.raw) for each in member(reading, "creator_engagement_daily").rejected
    ] == [
        (3, "'soon' is no whole number", "4/2/2023\tsoon\t1"),
        (4, "'Total' is no day", "Total\t9\t9"),
        (5, "'2/30/2023' is no day", "2/30/2023\t9\t9"),
        (6, "'Date' is blank", "\t9\t8"),
    ]


def test_a_new_column_is_kept_and_reported(tmp_path: Path) -> None:
    content = {
        "ENGAGEMENT": [["Date", "Impressions", "Engagements", "Saves"], ["4/13/2023", 5, 1, 8]],
        "DEMOGRAPHICS": DEMOGRAPHICS,
    }
    reading = read(xlsx(tmp_path / "Content_2023-04-01_2023-04-13_Ada Example.xlsx", content))
    assert rows(reading, "creator_engagement_daily", "impressions", "extra") == [(5, '{"Saves": "8"}')]
    assert member(reading, "creator_engagement_daily").detail == "unknown column kept: Saves"


def test_headers_alone_are_empty_and_a_strange_sheet_is_kept(tmp_path: Path) -> None:
    content: dict[str, Cells] = {
        "ENGAGEMENT": [["Date", "Impressions", "Engagements"]],
        "FOLLOWERS": [["Total followers on 4/13/2023:", 12], [], ["Date", "New followers"]],
        "NOTES": [["whatever", "this"], ["is", 5, "!"]],
        "BLANK": [],
    }
    reading = read(xlsx(tmp_path / "Content_2023-04-01_2023-04-13_Ada Example.xlsx", content))
    assert [(each.path.partition("#")[2], each.table, each.status) for each in reading.members] == [
        ("ENGAGEMENT", "creator_engagement_daily", "empty"),
        ("FOLLOWERS", "creator_followers_daily", "empty"),
        ("FOLLOWERS:total", "creator_totals", "loaded"),
        ("NOTES", "unrecognised_rows", "unrecognised"),
        ("BLANK", None, "empty"),
    ]
    assert rows(reading, "unrecognised_rows", "row")[1] == ('{"column 1": "is", "column 2": "5", "column 3": "!"}',)


def test_somebodys_own_table_is_not_taken_for_analytics(tmp_path: Path) -> None:
    content: dict[str, Cells] = {
        "Expenses": [["Date", "Paid", "Left"], ["1/2/2024", 10, 90], ["1/3/2024", 20, 70]],
        "Shares": [["Kind", "Name", "Part"], ["Rent", "Flat", 0.5]],
    }
    with open_export(xlsx(tmp_path / "household.xlsx", content)) as export:
        assert read_workbook(export.members[0], export.file_name) is None
    people: Cells = [["Name", "LinkedIn URL"], ["Ada Example", "https://www.linkedin.com/in/ada-example"]]
    with open_export(xlsx(tmp_path / "followers.xlsx", {"People": people})) as export:
        assert read_workbook(export.members[0], export.file_name) is None


# --- single posts ---

SINGLE_POST: Cells = [
    ["Post URL", POST.format(7181213840179200000)],
    ["Post Date", "4/3/2024"],
    ["Post Publish Time", "9:05 AM"],
    ["Impressions", "12,400"],
    ["Members reached", 8000],
    ["Followers gained from this post", 17],
    ["Social engagements", 250],
    ["Applause", "3.5%"],
    ["Post viewer demographics"],
    ["Category", "Value", "%"],
    ["Job title", "Lighthouse Keeper", "12%"],
    ["Company size", "1-10", "< 1%"],
]


def test_single_post_workbook(tmp_path: Path) -> None:
    path = tmp_path / "SinglePostAnalytics_Ada Example_7181213840179200000.xlsx"
    reading = read(xlsx(path, {"Post analytics": SINGLE_POST}))
    assert (reading.source, reading.display_name) == ("post_analytics", "Ada Example")
    post = (POST.format(7181213840179200000), date(2024, 4, 3), "9:05 AM")
    assert rows(reading, "post_analytics", "post_url", "posted_on", "published_time", "metric", "value") == [
        (*post, "impressions", 12_400.0),
        (*post, "members_reached", 8000.0),
        (*post, "followers_gained", 17.0),
        (*post, "social_engagements", 250.0),
        (*post, "Applause", 0.035),
    ], "a figure nobody knew keeps its label"
    assert rows(reading, "post_demographics", "post_url", "category", "value", "percentage") == [
        (post[0], "Job title", "Lighthouse Keeper", 0.12),
        (post[0], "Company size", "1-10", None),
    ]


@pytest.mark.parametrize(
    ("label", "metric"),
    [
        ("Impressions", "impressions"),
        ("Members reached", "members_reached"),
        ("Profile viewers from this post", "profile_viewers"),
        ("Followers gained from this post", "followers_gained"),
        ("Social engagements", "social_engagements"),
        ("Reactions", "reactions"),
        ("Comments", "comments"),
        ("Reposts", "reposts"),
        ("Saves", "saves"),
        ("Sends on LinkedIn", "sends"),
        ("Link engagements", "link_engagements"),
        ("Premium custom button engagements", "premium_button_engagements"),
    ],
)
def test_every_figure_of_a_single_post(tmp_path: Path, label: str, metric: str) -> None:
    sheet: Cells = [["Post URL", POST.format(7181213840179200000)], ["Post Date", "4/3/2024"], [label, "1,204"]]
    reading = read(xlsx(tmp_path / "PostAnalytics_Ada Example_7181213840179200000.xlsx", {"Post analytics": sheet}))
    assert (reading.source, reading.display_name) == ("post_analytics", "Ada Example")
    assert rows(reading, "post_analytics", "metric", "value") == [(metric, 1204.0)]


def test_the_number_in_a_posts_address_tells_day_from_month(tmp_path: Path) -> None:
    turned = [["Post Date", "3/4/2024"] if row[0] == "Post Date" else row for row in SINGLE_POST]
    path = tmp_path / "SinglePostAnalytics_Ada Example_7181213840179200000.xlsx"
    reading = read(xlsx(path, {"Post analytics": turned}))
    assert rows(reading, "post_analytics", "posted_on")[0] == (date(2024, 4, 3),)


# --- company pages ---

FOLLOWERS_2024 = ["Date", "Sponsored followers", "Organic followers", "Auto-invited followers", "Total followers"]


@pytest.mark.parametrize("write", [xls, xlsx])
def test_company_followers(tmp_path: Path, write) -> None:  # type: ignore[no-untyped-def]
    reading = read(
        write(
            tmp_path / "acme-test_followers_1714521600000.xls",
            {
                "New followers": [FOLLOWERS_2024, ["04/29/2024", 1, 5, 2, 8], ["04/30/2024", 0, -1, 0, -1]],
                "Location": [["Location", "Total followers"], ["Port Testa", 120], ["North Testa", 7]],
                "Job function": [["Job function", "Total followers"], ["Education", 3]],
                "Seniority": [["Seniority", "Total followers"]],
            },
        )
    )
    assert (reading.source, reading.display_name) == ("company_page", None)
    columns = ("page", "day", "sponsored_followers", "organic_followers", "auto_invited_followers", "new_followers")
    assert rows(reading, "company_page_followers_daily", *columns) == [
        ("acme-test", date(2024, 4, 29), 1, 5, 2, 8),
        ("acme-test", date(2024, 4, 30), 0, -1, 0, -1),
    ]
    assert rows(reading, "company_page_demographics", "page", "kind", "dimension", "value", "count") == [
        ("acme-test", "followers", "Location", "Port Testa", 120),
        ("acme-test", "followers", "Location", "North Testa", 7),
        ("acme-test", "followers", "Job function", "Education", 3),
    ]
    assert [each.status for each in reading.members] == ["loaded", "loaded", "loaded", "empty"]


def test_company_followers_before_2024_lack_the_auto_invited(tmp_path: Path) -> None:
    header = [name for name in FOLLOWERS_2024 if not name.startswith("Auto")]
    path = tmp_path / "acme-test_followers_1672531200000.xls"
    reading = read(xls(path, {"New followers": [header, ["12/31/2022", 1, 5, 6]]}))
    assert rows(reading, "company_page_followers_daily", "auto_invited_followers", "new_followers") == [(None, 6)]


@pytest.mark.parametrize("invited", [["Convidados"], []])
def test_company_followers_in_another_language_are_read_by_position(tmp_path: Path, invited: list[str]) -> None:
    content: dict[str, Cells] = {
        "Novos seguidores": [
            ["Data", "Patrocinados", "Orgânicos", *invited, "Total"],
            ["29/04/2024", 1, 5, *(2 for _ in invited), 8],
        ],
        "Localidade": [["Localidade", "Total de seguidores"], ["Porto Testa", "1.120"]],
    }
    reading = read(xls(tmp_path / "acme-test_followers_1714521600000.xls", content))
    assert rows(reading, "company_page_followers_daily", "day", "organic_followers", "new_followers") == [
        (date(2024, 4, 29), 5, 8)
    ]
    assert rows(reading, "company_page_demographics", "kind", "dimension", "count") == [
        ("followers", "Localidade", 1120)
    ]


def test_company_followers_with_a_column_nobody_knew(tmp_path: Path) -> None:
    content: dict[str, Cells] = {"New followers": [[*FOLLOWERS_2024, "Mood"], ["04/29/2024", 1, 5, 2, 8, 3]]}
    reading = read(xls(tmp_path / "acme-test_followers_1714521600000.xls", content))
    assert rows(reading, "company_page_followers_daily", "new_followers", "extra") == [(8, '{"Mood": "3"}')]


VISITORS = [
    "Date",
    *(
        f"{tab} {measure} ({device})"
        for tab in ("Overview", "Life", "Jobs", "Total")
        for measure in ("page views", "unique visitors")
        for device in ("desktop", "mobile", "total")
    ),
]


@pytest.mark.parametrize("header", [VISITORS, ["Fecha", *(f"columna {n}" for n in range(24))]])
def test_company_visitors_are_told_from_followers_by_their_first_sheet(tmp_path: Path, header: list[str]) -> None:
    content: dict[str, Cells] = {
        "Visitor metrics": [header, ["04/29/2024", *range(24)]],
        "Location": [["Location", "Total views"], ["Port Testa", 120]],
    }
    reading = read(xls(tmp_path / "acme-test_visitors_1714521600000.xls", content))
    columns = ("overview_page_views_desktop", "overview_unique_visitors_total", "jobs_page_views_mobile")
    assert rows(reading, "company_page_visitors_daily", *columns) == [(0, 5, 13)]
    assert rows(reading, "company_page_visitors_daily", "total_unique_visitors_total") == [(23,)]
    assert rows(reading, "company_page_demographics", "kind", "count") == [("visitors", 120)]


def test_company_visitors_under_another_name(tmp_path: Path) -> None:
    content: dict[str, Cells] = {
        "Visitor metrics": [VISITORS, ["04/29/2024", *range(24)]],
        "Location": [["Location", "Total views"], ["Port Testa", 120]],
    }
    reading = read(xls(tmp_path / "renamed.xls", content))
    assert rows(reading, "company_page_demographics", "page", "kind", "count") == [(None, "visitors", 120)]


def paid(name: str) -> list[str]:
    return [f"{name} ({kind})" for kind in ("organic", "sponsored", "total")]


@pytest.mark.parametrize("reposts", ["Reposts", "Shares"])
def test_company_content_has_a_note_above_its_header(tmp_path: Path, reposts: str) -> None:
    header = [
        "Date",
        *paid("Impressions"),
        "Unique impressions (organic)",
        *paid("Clicks"),
        *paid("Reactions"),
        *paid("Comments"),
        *paid(reposts),
        *paid("Engagement rate"),
    ]
    figures = [700, 300, 1000, 650, 5, 6, 11, -2, 0, -2, 1, 0, 1, 3, 4, 7, 0.034, 0.05, 0.04]
    posts: Cells = [
        ["Figures may be delayed by a day."],
        ["Post title", "Post link", "Post type", "Campaign name", "Posted by", "Created date", "Campaign start date",
         "Campaign end date", "Audience", "Impressions", "Views (excluding off-site video views)", "Off-site Views",
         "Clicks", "Click through rate (CTR)", "Likes", "Comments", "Reposts", "Follows", "Engagement rate",
         "Content Type"],
        ["https://example.test opens, says it", POST.format(1), "Organic", None, "Ada Example", "04/29/2024", None,
         None, "All followers", 700, None, None, 5, 0.0071, -2, 1, 3, 0, 0.034, "Image"],
    ]  # fmt: skip
    content: dict[str, Cells] = {
        "Metrics": [["Figures may be delayed by a day."], header, ["04/29/2024", *figures]],
        "All posts": posts,
    }
    reading = read(xls(tmp_path / "acme-test_content_1714521600000.xls", content))
    columns = ("impressions_total", "unique_impressions_organic", "reactions_organic", "reposts_total")
    assert rows(reading, "company_page_content_daily", "day", *columns) == [(date(2024, 4, 29), 1000, 650, -2, 7)]
    assert rows(reading, "company_page_content_daily", "engagement_rate_organic") == [(0.034,)]
    columns = ("post_title", "post_url", "created_on", "impressions", "click_through_rate", "likes", "engagement_rate")
    assert rows(reading, "company_page_posts", *columns) == [
        (posts[2][0], POST.format(1), date(2024, 4, 29), 700, 0.0071, -2, 0.034)
    ]
    assert [each.detail for each in reading.members] == [None, None]


def test_company_updates_of_old_use_other_headings(tmp_path: Path) -> None:
    header = ["Update title", "Update link", "Update type", "Campaign name", "Posted by", "Created date", "Impressions",
              "Clicks", "Likes", "Comments", "Shares", "Follows"]  # fmt: skip
    row = ["Opening day", POST.format(1), "Organic", None, "Ada Example", "04/29/2021", "1,700", 5, 2, 1, 3, 0]
    content: dict[str, Cells] = {"Update engagement": [["A note."], header, row]}
    reading = read(xls(tmp_path / "acme-test_updates_1619740800000.xls", content))
    assert rows(reading, "company_page_posts", "post_title", "created_on", "impressions", "reposts") == [
        ("Opening day", date(2021, 4, 29), 1700, 3)
    ]


def test_company_competitors(tmp_path: Path) -> None:
    header = ["Page", "Total Followers", "New Followers", "Total post engagements", "Total posts"]
    content: dict[str, Cells] = {
        "TOTAL POSTS": [
            ["04/01/2024 - 04/30/2024"],
            header,
            ["Acme Test", 5000, 12, 340, 9],
            ["Rival Test", 1, 0, 0, 0],
        ]
    }
    reading = read(xlsx(tmp_path / "acme-test_competitor_analytics_1714521600000.xlsx", content))
    columns = ("page", "window_from", "window_to", "competitor", "total_followers", "total_engagements", "total_posts")
    assert rows(reading, "company_page_competitors", *columns)[0] == (
        "acme-test",
        date(2024, 4, 1),
        date(2024, 4, 30),
        "Acme Test",
        5000,
        340,
        9,
    )


def test_company_competitors_by_posts_comments_and_reactions(tmp_path: Path) -> None:
    header = ["Page", "Total Followers", "New Followers", "Posts", "Reactions", "Comments", "Comments per day"]
    content: dict[str, Cells] = {
        "Competitors": [["04/01/2024 - 04/30/2024"], header, ["Acme Test", "5,000", 12, 2, 3, 4, "0.5"]]
    }
    reading = read(xlsx(tmp_path / "acme-test_competitor_analytics_1714521600000.xlsx", content))
    columns = ("total_followers", "new_followers", "total_posts", "reactions", "comments", "comments_per_day")
    assert rows(reading, "company_page_competitors", *columns) == [(5000, 12, 2, 3, 4, 0.5)]


# --- damage and hostility ---


def refusal(path: Path) -> str:
    with open_export(path) as export, pytest.raises(MemberFailed) as failure:
        read_workbook(export.members[0], export.file_name)
    message = str(failure.value)
    assert "\n" not in message
    return message


def rewritten(path: Path, part: str, content: bytes) -> Path:
    """A copy of a workbook with one of its parts replaced."""
    target = path.with_name("rewritten.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            copy.writestr(name, content if name == part else source.read(name))
    return target


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return xlsx(tmp_path / "sound.xlsx", {"ENGAGEMENT": [["Date", "Impressions", "Engagements"]], "FOLLOWERS": []})


def test_a_cell_in_the_last_corner_takes_nobody_down(sound: Path) -> None:
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = f"<worksheet {main}><sheetData>{cells}</sheetData></worksheet>".encode()
    assert "export it again" in refusal(rewritten(sound, "xl/worksheets/sheet1.xml", sheet))


def test_a_bomb_is_stopped_by_its_memory(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MEMORY", 150 << 20)
    strings = b"<sst><si><t>" + b"a" * (200 << 20) + b"</t></si></sst>"
    assert "export it again" in refusal(rewritten(sound, "xl/sharedStrings.xml", strings))


def test_a_workbook_cut_short_is_refused_in_one_line(tmp_path: Path) -> None:
    cut = tmp_path / "cut.xls"
    workbook = io.BytesIO()
    old = xlwt.Workbook()
    old.add_sheet("New followers").write(0, 0, "Date")
    old.save(workbook)
    for content in (workbook.getvalue()[:700], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)):
        cut.write_bytes(content)
        with open_export(cut) as export, pytest.raises(MemberFailed, match="export it again"):
            read_workbook(export.members[0], export.file_name)


def test_a_workbook_with_a_password_says_so(tmp_path: Path) -> None:
    sound = xls(tmp_path / "sound.xls", {"New followers": [["Date"]]}).read_bytes()
    old, new = tmp_path / "old.xls", tmp_path / "new.xlsx"
    # The record behind the first becomes the one that says how an old workbook is encrypted.
    place = sound.index(b"\x09\x08\x10\x00") + 20
    old.write_bytes(sound[:place] + b"\x2f\x00" + sound[place + 2 :])
    # A new one is then no zip, but lies in a container like an old one's, under this name.
    plain, encrypted = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    new.write_bytes(sound.replace(plain.ljust(len(encrypted), b"\0"), encrypted))
    for locked in (old, new):
        assert "save it again without one" in refusal(locked)


def test_a_workbook_that_takes_too_long_is_refused(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "PATIENCE_SECONDS", 0.001)
    assert "takes too long to read" in refusal(sound)


def test_a_workbook_too_large_is_not_opened(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LARGEST_WORKBOOK", 100)
    assert "save its sheets as CSV" in refusal(sound)


def test_one_broken_sheet_leaves_its_neighbours(tmp_path: Path) -> None:
    name = "Content_2023-04-01_2023-04-13_Ada Example.xlsx"
    whole = xlsx(
        tmp_path / name,
        {"ENGAGEMENT": [["Date", "Impressions", "Engagements"]], "FOLLOWERS": [["Total followers on 4/13/2023:", 12]]},
    )
    broken = rewritten(whole, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row r='1'><c r='A1'><v>1</c>")
    with open_export(broken) as export:
        reading = read_workbook(export.members[0], name)
    assert reading is not None
    assert [(each.table, each.status) for each in reading.members] == [
        (None, "failed"),
        ("creator_followers_daily", "empty"),
        ("creator_totals", "loaded"),
    ]


# --- parts ---


def test_whole_numbers_of_an_archives_file_saved_as_a_workbook_have_no_point(tmp_path: Path) -> None:
    cells: Cells = [["Name", "Number"], ["Drawing", 101], ["Ink", 1.5]]
    archive = read_path(xlsx(tmp_path / "Courses.xlsx", {"Courses": cells}))
    assert archive["Courses.xlsx#Courses"].frame.select("name", "number").rows() == [("Drawing", "101"), ("Ink", "1.5")]


def test_days_alike_in_both_orders_put_the_month_first() -> None:
    assert DayEvidence(None, [["5/5/2024", "2024-05-06"]]).order() == "month first"
    assert DayEvidence(None, [["5/5/2024"], ["5/6/2024"]]).order() is None


def test_without_an_order_only_days_alike_in_both_are_read() -> None:
    read_day = day_reader(None)
    assert read_day("5/5/2024") == read_day("2024-05-05") == read_day("05.05.24") == date(2024, 5, 5)
    for written in ("5/6/2024", "13/5/2024"):
        with pytest.raises(UndecidedDays):
            read_day(written)


@pytest.mark.parametrize(
    ("cells", "headings"),
    [
        ([["Date", "Impressions"]], ("Date", "Impressions")),
        ([["Fecha", "Impresiones"]], ("Fecha", "Impresiones")),
        ([["A note"], ["Date", "Impressions"]], ("Date", "Impressions")),
        ([["Date"], ["Date", "Impressions"]], ("Date", "Impressions")),
        ([["Date", 5.0], ["Date", "Impressions"]], ("Date", "Impressions")),
        ([["Date", "Impressions"], ["soon", "few"]], None),
        ([["Name", "Impressions"]], None),
        ([], None),
    ],
)
def test_a_daily_table_without_rows_is_told_by_its_header(cells: Cells, headings: tuple[str, ...] | None) -> None:
    grid = header_grid(tuple(Row(number, tuple(row)) for number, row in enumerate(cells, 1)))
    assert (grid and (grid.headings, grid.rows)) == (headings and (headings, ()))


def test_a_count_that_no_column_can_hold_is_none() -> None:
    assert whole_number(2.0**62) == 2**62
    for cell in (2.0**63, "1e19", "99,999,999,999,999,999,999"):
        with pytest.raises(Unreadable, match="is no whole number"):
            whole_number(cell)


def numbered_rows(*cells: Sequence[str | float]) -> tuple[Row, ...]:
    return tuple(Row(number, tuple(row)) for number, row in enumerate(cells, 1))


@pytest.mark.parametrize(("width", "is_daily"), [(4, True), (5, True), (7, False)])
def test_a_companys_daily_table_in_an_unknown_language_has_a_known_width(width: int, is_daily: bool) -> None:
    headings = [f"otsikko {'abcdefg'[place]}" for place in range(width)]
    found = company_workbooks._daily_table(numbered_rows(headings, ["4/29/2024", *[1.0] * (width - 1)]))
    assert (found is not None) == is_daily


def test_columns_of_which_few_headings_are_understood_are_told_by_their_place() -> None:
    headings = ("Date", "otsikko a", "otsikko b", "otsikko c", "otsikko d")
    generations = company_workbooks._generations(COMPANY_FOLLOWERS_DAILY)
    places = company_workbooks._places(COMPANY_FOLLOWERS_DAILY, Grid((), headings, (), 1), generations)
    assert list(places.values()) == [0, 1, 2, 3, 4]


def test_figures_by_day_under_a_period_are_of_no_competitors() -> None:
    period, header = ["4/1/2024 - 4/30/2024"], ["Page", "Followers", "Posts", "Comments"]
    assert company_workbooks._competitors(numbered_rows(period, header, ["Acme", 1.0, 2.0, 3.0]), None)
    assert company_workbooks._competitors(numbered_rows(period, header, ["4/2/2024", 1.0, 2.0, 3.0]), None) is None


def test_a_ranking_under_a_period_is_no_discovery() -> None:
    period, total = ["Overall", "4/1/2024 - 4/30/2024"], ["Impressions", 900.0]
    ranking = ["Post URL", "Post publish date", "Engagements"], [POST.format(7190000000000000000), "4/27/2024", 31.0]
    assert creator_workbooks.discovery(numbered_rows(period, total))
    assert creator_workbooks.discovery(numbered_rows(period, *ranking)) is None


def test_figures_by_day_under_a_total_of_followers_are_no_engagement() -> None:
    table = ["Date", "New followers", "Lost followers"], ["4/30/2024", 7.0, 1.0]
    assert creator_workbooks.daily_engagement(numbered_rows(*table))
    assert creator_workbooks.daily_engagement(numbered_rows(["Followers on 4/30/2024:", 1250.0], *table)) is None
