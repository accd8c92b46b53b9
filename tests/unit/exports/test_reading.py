"""Which family reads a member, what an export is, whose and of what day."""

from __future__ import annotations

import io
import os
import zipfile
from collections import Counter
from datetime import date, datetime

import pytest
import xlsxwriter

from linkstrata.exports.catalogue import table_of_file
from linkstrata.exports.container import Refused, open_export
from linkstrata.exports.reading import day_in_name, read

from .conftest import read_path

H3 = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ANN = "Ann,Sample,https://www.linkedin.com/in/ann-sample,,Acme,CTO,05 Mar 2024\n"
FOLLOWERS = (
    "profileLink,fullName,firstName,lastName,followers,isFollowing,timestamp\n"
    "https://www.linkedin.com/in/ACoAABCdEfGh/,Ann Sample,Ann,Sample,12,true,{}\n"
)


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "dd mmm yyyy"}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return target.getvalue()


# --- layout of archives ---


def test_archive_of_many_files(read_archive):
    archive = read_archive(
        {
            "Connections.csv": H3 + ANN,
            "Jobs/Saved Jobs.csv": 'Saved Date,Job Url,Job Title,Company Name\n"3/5/24, 9:07 PM",,CTO,Acme\n',
            "Services Marketplace/Opprtunities.csv": "Creation Time,Marketplace Type,Status\n2024-03-05,A,B\n",
        }
    )
    assert archive.reading.source == "linkedin_archive"
    assert {rows.table for rows in archive.files.values()} == {"connections", "saved_jobs", "service_opportunities"}


def test_names_are_told_without_case_and_below_a_top_folder(read_archive):
    archive = read_archive({"other/POSITIONS.CSV": "Company Name,Title,Started On\nAcme,CTO,2020\n"})
    assert archive["other/POSITIONS.CSV"].table == "positions"


def test_shallowest_of_two_copies_is_read(read_archive):
    archive = read_archive({"old/Skills.csv": "Name\nSQL\n", "Skills.csv": "Name\nPython\n"})
    assert archive["Skills.csv"].column("name") == ["Python"]
    assert (archive["old/Skills.csv"].status, archive["old/Skills.csv"].table) == ("skipped", None)
    assert archive["old/Skills.csv"].detail.startswith("Skills.csv was read")


def test_second_download_beside_the_first_is_not_mixed_in(read_archive):
    archive = read_archive({"Connections.csv": H3 + ANN, "Connections (1).csv": H3 + ANN + ANN})
    assert archive["Connections.csv"].frame.height == 1
    assert archive["Connections (1).csv"].status == "skipped"


def test_shards_land_in_one_table(read_archive):
    header = (
        "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,Resume Name,"
        "Question And Answers\n"
    )
    row = '"3/5/24, 9:07 PM",,,Acme,CTO,,,\n'
    archive = read_archive(
        {"Jobs/Job Applications.csv": header + row * 3, "Jobs/Job Applications_1.csv": header + row * 2}
    )
    assert [(rows.table, rows.frame.height) for rows in archive.files.values()] == [
        ("job_applications", 3),
        ("job_applications", 2),
    ]


def test_damaged_member_fails_alone(tmp_path):
    path = tmp_path / "Basic_LinkedInDataExport_03-05-2024.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Connections.csv", H3 + ANN)
        archive.writestr("Skills.csv", "Name\nSQL\n")
    path.write_bytes(path.read_bytes().replace(b"Ann,Sample", b"Eve,Sample"))
    archive = read_path(path)
    assert (archive["Connections.csv"].status, archive["Connections.csv"].table) == ("failed", "connections")
    assert archive["Connections.csv"].detail.startswith("damaged in the archive: Bad CRC-32")
    assert archive["Skills.csv"].column("name") == ["SQL"]


def test_member_left_out_for_safety_is_named_as_failed(read_archive):
    archive = read_archive({"../Connections.csv": H3 + ANN, "Skills.csv": "Name\nSQL\n"})
    left_out = archive["../Connections.csv"]
    assert (left_out.table, left_out.status) == ("connections", "failed")
    assert left_out.detail == "its path leads out of the archive"
    assert archive["Skills.csv"].column("name") == ["SQL"]


def test_text_beside_the_files_keeps_no_rows(read_archive):
    archive = read_archive({"Skills.csv": "Name\nSQL\n", "read me.txt": "words, words\nand more\n"})
    assert (archive["read me.txt"].table, archive["read me.txt"].status) == (None, "unrecognised")


def test_folder_reads_like_its_zip(tmp_path):
    folder = tmp_path / "Basic_LinkedInDataExport_03-05-2024"
    folder.mkdir()
    (folder / "Connections.csv").write_text(H3 + ANN)
    archive = read_path(folder)
    assert archive["Connections.csv"].column("first_name") == ["Ann"]
    assert (archive.reading.exported_on, archive.reading.exported_on_basis) == (date(2024, 3, 5), "name")


def test_large_member_of_a_zip_is_read_from_disk_and_nothing_stays(read_archive):
    row = "2024-03-05 06:07:08,LIKE,https://example.com\n"
    archive = read_archive({"Reactions.csv": "Date,Type,Link\n" + row * 120_000})
    assert archive["Reactions.csv"].frame.height == 120_000
    assert not archive["Reactions.csv"].clean.path.exists()


# --- articles ---


def test_articles_with_colons_in_their_names(read_archive):
    page = (
        "<html><head><title>On  data</title><style>p {color: red}</style></head><body><h1>On data</h1>"
        "<p>First &amp; foremost,<br>a <b>word</b>.</p><script>no()</script></body></html>"
    )
    row = read_archive({"Articles/2018-01-02 03:04:05.html": page})["Articles/2018-01-02 03:04:05.html"].only()
    assert row["title"] == "On data"
    assert row["published_at"] == datetime(2018, 1, 2, 3, 4, 5)
    assert row["text"] == "On data\nFirst & foremost,\na word."


def test_articles_that_state_when_they_were_published(read_archive):
    page = "<title>A</title><p>Created on 2021-01-01 10:00</p><p>Published on 2021-02-03 04:05</p><p>Text</p>"
    archive = read_archive({"Articles/Articles/a.html": page, "Connections.csv": H3})
    assert archive["Articles/Articles/a.html"].only()["published_at"] == datetime(2021, 2, 3, 4, 5)


def test_article_without_a_title_is_called_as_its_file(read_archive):
    archive = read_archive({"Articles/On the sea.html": "<p>Text</p>", "Connections.csv": H3})
    assert archive["Articles/On the sea.html"].only()["title"] == "On the sea"


def test_article_too_large_to_be_one_fails_alone(read_archive, monkeypatch):
    monkeypatch.setattr("linkstrata.exports.articles.PAGE_BYTES_AT_MOST", 10)
    archive = read_archive({"Articles/a.html": "<p>Longer than that</p>", "Connections.csv": H3 + ANN})
    assert archive["Articles/a.html"].status == "failed"
    assert archive["Articles/a.html"].detail == "an article of 23 bytes is too large to read"
    assert archive["Connections.csv"].column("first_name") == ["Ann"]


# --- workbooks ---


def test_archive_file_that_is_really_a_workbook(read_archive):
    content = workbook(
        ("Reactions", [["Date", "Type", "Link"], ["2023-01-02 03:04:05", "LIKE", "https://example.com"]])
    )
    archive = read_archive({"Reactions.csv": content})
    rows = archive["Reactions.csv#Reactions"]
    assert (rows.table, rows.only()["reacted_at"]) == ("reactions", datetime(2023, 1, 2, 3, 4, 5))
    assert archive.reading.source == "linkedin_archive"


def test_connections_saved_as_a_workbook(read_file, tmp_path):
    rows = [
        ["Notes:"],
        ["a long sentence"],
        [],
        H3.strip().split(","),
        ["Ann", "Sample", "https://www.linkedin.com/in/ann-sample", "", "Acme", "", datetime(2024, 3, 5)],
    ]
    (tmp_path / "Connections.xlsx").write_bytes(workbook(("Connections", rows)))
    archive = read_path(tmp_path / "Connections.xlsx")
    row = archive["Connections.xlsx#Connections"].only()
    assert (row["first_name"], row["connected_on"], row["line_number"]) == ("Ann", date(2024, 3, 5), 5)


def test_connections_saved_as_a_workbook_with_columns_dropped(tmp_path):
    rows = [["Connected On", "Company", "Position", "A", "B"], ["05 Mar 2024"], ["04 Mar 2024", "Acme"]]
    (tmp_path / "Connections.xlsx").write_bytes(workbook(("Sheet1", rows)))
    sheet = read_path(tmp_path / "Connections.xlsx")["Connections.xlsx#Sheet1"]
    assert sheet.frame.select("connected_on", "company").rows() == [
        (date(2024, 3, 5), None),
        (date(2024, 3, 4), "Acme"),
    ]


def test_workbook_of_nothing_known_fails_under_a_known_name(read_archive):
    archive = read_archive({"Reactions.csv": workbook(("S", [["a"], ["b"]])), "Connections.csv": H3 + ANN})
    assert archive["Reactions.csv"].status == "failed"


def test_creator_workbook_gives_source_period_and_owner(tmp_path):
    content = workbook(
        ("ENGAGEMENT", [["Date", "Impressions", "Engagements"], ["8/25/2024", 10, 1], ["8/26/2024", 12, 2]]),
        ("FOLLOWERS", [["Total followers on 8/26/2024:", 99], [], ["Date", "New followers"], ["8/25/2024", 1]]),
    )
    path = tmp_path / "Content_2024-08-25_2024-08-26_Mara Testova.xlsx"
    path.write_bytes(content)
    reading = read_path(path).reading
    assert (reading.source, reading.owner_name) == ("creator_analytics", "Mara Testova")
    assert (reading.exported_on, reading.exported_on_basis) == (date(2024, 8, 26), "name")


# --- loose files ---


def test_renamed_archive_file_is_known_by_its_header(read_file):
    assert read_file("my network.csv", H3 + ANN).table == "connections"


def test_renaming_is_not_guessed_inside_an_archive(read_archive):
    archive = read_archive({"Connections.csv": H3 + ANN, "Mystery.csv": "Date,Type,Link\n2023-01-02 03:04:05,A,B\n"})
    assert archive["Mystery.csv"].table == "unrecognised_rows"


def test_follower_list_is_dated_by_its_newest_row(tmp_path):
    path = tmp_path / "result.csv"
    path.write_text(FOLLOWERS.format("2024-02-03T04:05:06.000Z") + FOLLOWERS.format("2024-02-01").split("\n")[1] + "\n")
    archive = read_path(path)
    assert archive["result.csv"].table == "follower_list"
    assert archive.reading.source == "follower_list"
    assert (archive.reading.exported_on, archive.reading.exported_on_basis) == (date(2024, 2, 3), "content")


def test_columns_given_by_the_user_make_a_list(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("wer,wo\nAnn Sample,https://www.linkedin.com/in/ann-sample\n")
    archive = read_path(path, mapping={"wer": "full_name", "wo": "profile_url"})
    assert archive["people.csv"].only()["full_name"] == "Ann Sample"


def test_columns_given_by_the_user_make_a_list_of_what_looks_like_an_archives_file(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(H3 + ANN)
    assert read_path(path)["people.csv"].table == "connections"
    mapped = read_path(path, mapping={"First Name": "first_name", "Last Name": "last_name", "URL": "profile_url"})
    assert mapped["people.csv"].table == "contact_list"


def test_list_of_names_alone_is_a_contact_list(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Full name,Company\nAnn Sample,Acme\nBen Trial,Beta\n")
    assert read_path(path)["people.csv"].column("full_name") == ["Ann Sample", "Ben Trial"]


def test_outlook_contacts_of_2017_are_a_contact_list(tmp_path):
    path = tmp_path / "linkedin_connections_export_microsoft_outlook.csv"
    path.write_text(
        '"Title","First Name","Middle Name","Last Name","Suffix","E-mail Address","Company","Job Title","Web Page"\n'
        '"","Ann","","Sample","","ann@example.com","Acme","CTO",""\n'
    )
    archive = read_path(path)
    assert archive.reading.source == "contact_list"
    assert archive[path.name].table == "contact_list"


# --- refusals ---


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "notes.csv",
            "a,b\n1,2\n",
            r"notes\.csv is no file that linkstrata knows; its columns: a, b; if it lists people",
        ),
        ("notes.txt", "just words", r"notes\.txt is no file that linkstrata knows"),
        ("Connections.csv", "", r"Connections\.csv cannot be read: it has no content"),
        ("Connections.csv", "\n\n", r"Connections\.csv cannot be read: its first lines are blank"),
        ("picture.png", b"\x89PNG\r\n\x1a\n", r"picture\.png is no file that linkstrata knows"),
        ("broken.xlsx", b"PK\x03\x04broken", r"broken\.xlsx .*"),
    ],
)
def test_file_with_nothing_in_it_is_refused_in_one_line(read_file, name, content, reason):
    with pytest.raises(Refused, match=reason) as refusal:
        read_file(name, content)
    assert "\n" not in str(refusal.value)


def test_zip_with_nothing_known_in_it_is_refused(read_archive):
    with pytest.raises(Refused, match=r"holiday\.zip holds no file that linkstrata knows \(first: sea\.jpg\)"):
        read_archive({"sea.jpg": b"\xff\xd8\xff"}, "holiday.zip")


def test_empty_zip_is_refused(read_archive):
    with pytest.raises(Refused, match=r"empty\.zip holds no files"):
        read_archive({}, "empty.zip")


def test_archive_of_new_files_alone_is_kept(read_archive):
    assert read_archive({"Moods.csv": "When,Mood\nnow,good\n"})["Moods.csv"].frame.height == 1


def test_every_member_s_name_is_looked_at_a_few_times_however_many_there_are(read_archive, monkeypatch):
    looks = Counter()

    def counted(name):
        looks[name] += 1
        return table_of_file(name)

    monkeypatch.setattr("linkstrata.exports.reading.table_of_file", counted)
    archive = read_archive({f"{number:03}.csv": "a,b\n1,2\n" for number in range(200)} | {"Skills.csv": "Name\nSQL\n"})
    assert archive["199.csv"].status == "unrecognised"
    assert max(looks.values()) < 10


# --- dates ---


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("Basic_LinkedInDataExport_03-05-2024.zip", date(2024, 3, 5)),
        ("Complete_LinkedInDataExport_11-06-2025.zip (1).zip", date(2025, 11, 6)),
        ("LinkedInDataExport_1-2-2015", date(2015, 1, 2)),
        ("export 2024-03-05", date(2024, 3, 5)),
        ("followers_20240305.csv", date(2024, 3, 5)),
        ("followers 2024.03.05.csv", date(2024, 3, 5)),
        ("SinglePostAnalytics_Mara Testova_7181213840179200000.xlsx", None),
        ("Content_2024-08-25_2024-11-22_Mara Testova.xlsx", date(2024, 11, 22)),
        ("AggregateAnalytics_Mara Testova_2026-01-01_2026-02-28 (2).xlsx", date(2026, 2, 28)),
        ("acme_followers_1709618829000.xls", date(2024, 3, 5)),
        ("Basic_LinkedInDataExport_25-12-2024.zip", date(2024, 12, 25)),
        ("Basic_LinkedInDataExport_99-99-2024.zip", None),
        ("Connections.csv", None),
        ("followers 123-45-67890.csv", None),
    ],
)
def test_day_in_a_name(name, day):
    assert day_in_name(name) == day


def test_archive_without_a_date_in_its_name_has_its_newest_member_s(read_archive):
    reading = read_archive({"Skills.csv": "Name\nSQL\n"}, "linkedin.zip", (2023, 7, 11, 1, 2, 4)).reading
    assert (reading.exported_on, reading.exported_on_basis) == (date(2023, 7, 11), "content")
    assert reading.newest_member_at == datetime(2023, 7, 11, 1, 2, 4)


def test_archive_without_any_time_has_its_modification_day(tmp_path):
    path = tmp_path / "linkedin.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("Skills.csv"), "Name\nSQL\n")
    os.utime(path, (1_709_618_829, 1_709_618_829))
    reading = read_path(path).reading
    assert (reading.exported_on, reading.exported_on_basis) == (date(2024, 3, 5), "modified")
    assert reading.newest_member_at is None


def test_loose_file_has_its_modification_day(tmp_path):
    path = tmp_path / "Connections.csv"
    path.write_text(H3 + ANN)
    os.utime(path, (1_709_618_829, 1_709_618_829))
    reading = read_path(path).reading
    assert (reading.exported_on, reading.exported_on_basis) == (date(2024, 3, 5), "modified")
    assert reading.newest_member_at is None


def test_stored_files_keep_their_dates(tmp_path):
    folder = tmp_path / "my export"
    folder.mkdir()
    (folder / "Connections.csv").write_text(H3 + ANN)
    os.utime(folder / "Connections.csv", (1_709_618_829, 1_709_618_829))
    with open_export(folder) as export:
        before = read(export)
        export.store(tmp_path / "stored")
    with open_export(tmp_path / "stored", "my export") as export:
        after = read(export)
    for read_back in (before, after):
        assert (read_back.exported_on, read_back.exported_on_basis) == (date(2024, 3, 5), "modified")
    assert before.newest_member_at == after.newest_member_at == datetime(2024, 3, 5, 6, 7, 8)


# --- what is said ---


def test_what_is_said_of_a_file_is_one_line_of_bounded_length(read_file):
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    rows = read_file("Connections.csv", f'{header},"Mo\nod\u202e",{"x" * 5_000}\nAnn,Example,,,,,05 Mar 2024,fine,y\n')
    assert rows.detail.startswith("unknown columns kept: Mo od , xxx")
    assert rows.detail.isprintable()
    assert len(rows.detail) == 1_000
    assert rows.only()["extra"].startswith('{"Mo\\nod')


def test_a_record_of_thousands_of_cells_is_no_header(read_file):
    with pytest.raises(Refused, match="hold no header of Connections"):
        read_file("Connections.csv", "First Name,Last Name,URL" + ",x" * 5_000 + "\n")
