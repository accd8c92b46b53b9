"""How files of the archive are written, one quirk a test; those of formats.md marked [R] were seen in real files."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest

from linkstrata.exports import encodings, records, typed_rows
from linkstrata.exports.container import Refused, open_export
from linkstrata.exports.members import BATCH_ROWS, MemberFailed
from linkstrata.exports.reading import read

NOTES = (
    'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing. '
    "You will only see email addresses for connections who have allowed their connections to see or download their "
    "email address using this setting https://www.linkedin.com/psettings/privacy/email. You can learn more here "
    'https://www.linkedin.com/help/linkedin/answer/261"\n\n'
)
H3 = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
H2 = "First Name,Last Name,Email Address,Company,Position,Connected On\n"
ANN = "Ann,Sample,https://www.linkedin.com/in/ann-sample,ann@example.com,Acme,CTO,05 Mar 2024\n"
BEN = "Ben,Trial,https://www.linkedin.com/in/ben-trial,,Acme,,04 Mar 2024\n"


def wide(text: str) -> bytes:
    """As the old exporter wrote: UTF-16 with a byte order mark, tabs, everything quoted."""
    lines = [line.split("|") for line in text.splitlines()]
    return "".join("\t".join(f'"{cell}"' for cell in line) + "\n" for line in lines).encode("utf-16")


# --- Connections.csv: headers ---


def test_h3_header_of_2023_and_later(read_file):
    assert read_file("Connections.csv", H3 + ANN).only() == {
        "first_name": "Ann",
        "last_name": "Sample",
        "profile_url": "https://www.linkedin.com/in/ann-sample",
        "email": "ann@example.com",
        "company": "Acme",
        "position": "CTO",
        "connected_on": date(2024, 3, 5),
        "address": None,
        "websites": None,
        "instant_messengers": None,
        "line_number": 2,
        "extra": None,
    }


def test_h2_header_without_addresses(read_file):
    row = read_file("Connections.csv", H2 + "Ann,Sample,,Acme,CTO,05 Mar 2024\n").only()
    assert (row["profile_url"], row["company"], row["connected_on"]) == (None, "Acme", date(2024, 3, 5))


def test_h1_header_of_2016(read_file):
    content = (
        "First Name,Last Name,Address,Email Address,Company,Position,Connected On,Websites,Instant Messengers\r\n"
        'Ann,Sample,1 Road,ann@example.com,Acme,CTO,"11/05/16, 09:30 AM",example.com,SKYPE:ann\r\n'
    )
    row = read_file("Connections.csv", content).only()
    assert (row["address"], row["websites"], row["instant_messengers"]) == ("1 Road", "example.com", "SKYPE:ann")
    assert row["connected_on"] == date(2016, 11, 5)


def test_h2c_header_in_camel_case_with_tags(read_file):
    content = (
        "FirstName,LastName,EmailAddress,Company,Position,ConnectedOn,Tags\nAnn,Sample,,Acme,CTO,05 Mar 2024,vip\n"
    )
    rows = read_file("Connections.csv", content)
    assert rows.only()["first_name"] == "Ann"
    assert rows.only()["extra"] == '{"Tags": "vip"}'
    assert rows.detail == "unknown columns kept: Tags"


def test_hx_header_with_columns_dropped(read_file):
    rows = read_file("Connections copy.csv", "Company,Position,Connected On\nAcme,CTO,05 Mar 2024\n")
    assert rows.table == "connections"
    assert (rows.only()["company"], rows.only()["first_name"]) == ("Acme", None)


def test_hx_header_renamed_and_split_by_semicolons(read_file):
    rows = read_file(
        "Connections.csv", "De-Identified First Name;Company;Position;Connected on\nA1;Acme;CTO;05 Mar 2024\n"
    )
    assert rows.only()["company"] == "Acme"
    assert rows.only()["extra"] == '{"De-Identified First Name": "A1"}'


def test_a_short_header_of_nothing_but_known_columns(read_file):
    assert read_file("Profile.csv", "First Name,Last Name\nMia,Owner\n").only()["last_name"] == "Owner"


def test_a_header_in_french(read_file):
    header = "Prénom,Nom,URL,Adresse e-mail,Entreprise,Poste,Date de connexion\n"
    rows = read_file("Connections.csv", header + ANN.replace("05 Mar 2024", "5 mars 2024"))
    assert rows.table == "connections"
    assert (rows.only()["last_name"], rows.only()["connected_on"]) == ("Sample", date(2024, 3, 5))


def test_hx_column_on_some_rows_only(read_file):
    content = H3.replace("\n", ",Location\n") + ANN + BEN.replace("\n", ",Oslo\n")
    rows = read_file("Connections.csv", content)
    assert rows.column("extra") == [None, '{"Location": "Oslo"}']
    assert rows.rejected == []


def test_columns_are_found_by_name_in_any_order(read_file):
    row = read_file(
        "Connections.csv", "Connected On,Company,First Name,Last Name\n05 Mar 2024,Acme,Ann,Sample\n"
    ).only()
    assert (row["first_name"], row["company"], row["connected_on"]) == ("Ann", "Acme", date(2024, 3, 5))


# --- Connections.csv: what stands above the header ---


@pytest.mark.parametrize(
    ("preamble", "line"),
    [
        pytest.param("", 2, id="P0 none"),
        pytest.param(NOTES, 5, id="P3 standard"),
        pytest.param("\ufeff\n\n", 4, id="P2 with byte order mark"),
        pytest.param(
            NOTES.replace("Notes:\n", "Notes:,,,,,,\n").replace('"\n\n', '",,,,,,\n,,,,,,\n'), 5, id="P3-Excel"
        ),
        pytest.param('Notes:;;;;;;\n"A sentence; with a semicolon";;;;;;\n;;;;;;\n', 5, id="P3-Excel, semicolons"),
        pytest.param('Notes:\n"Exported by a tool, see its page"\n\n', 5, id="another tool's"),
    ],
)
def test_preambles(read_file, preamble, line):
    rows = read_file("Connections.csv", preamble + (H3 + ANN).replace(",", ";" if ";;" in preamble else ","))
    assert rows.only()["first_name"] == "Ann"
    assert rows.only()["line_number"] == line


def test_preamble_and_blank_lines_at_the_end(read_file):
    assert read_file("Connections.csv", NOTES + H3 + ANN + "\n\n").frame.height == 1


def test_preamble_without_header_is_no_empty_list_of_connections(read_archive):
    archive = read_archive({"Connections.csv": NOTES, "Skills.csv": "Name\nSQL\n"})
    assert (archive["Connections.csv"].table, archive["Connections.csv"].status) == ("connections", "failed")
    assert "no header" in archive["Connections.csv"].detail


# --- dates of Connections.csv ---


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(["05 Mar 2024", "04 Mar 2024"], id="native"),
        pytest.param(["3/5/24, 7:05 AM", "3/4/24, 11:59 PM"], id="native to 2018"),
        pytest.param(["03/05/24, 07:05 AM", "03/04/24, 11:59 PM"], id="native of 2016, zero-padded"),
        pytest.param(["5-Mar-24", "04-Mar-24"], id="Excel, padding mixed"),
        pytest.param(["05-mar-24", "04 Mar 2024"], id="Spanish Excel, mixed with native"),
        pytest.param(["05.03.2024", "04.03.2024"], id="Danish and German Excel"),
        pytest.param(["2024-03-05", "2024-03-04"], id="tool"),
    ],
)
def test_ways_a_day_is_written(read_file, written):
    first, second = written
    content = H3.replace(",", ";") + ANN.replace(",", ";").replace("05 Mar 2024", first)
    content += BEN.replace(",", ";").replace("04 Mar 2024", second)
    assert read_file("Connections.csv", content).column("connected_on") == [date(2024, 3, 5), date(2024, 3, 4)]


def test_month_in_lower_case_and_spanish(read_file):
    content = H2 + "Ann,Sample,,,,30-oct-09\nBen,Trial,,,,15-ene-12\nCas,Probe,,,,01 Dec 2016\n"
    days = read_file("Connections.csv", content).column("connected_on")
    assert days == [date(2009, 10, 30), date(2012, 1, 15), date(2016, 12, 1)]


@pytest.mark.parametrize(("proof", "expected"), [("3/25/24", date(2024, 3, 4)), ("25/3/24", date(2024, 4, 3))])
def test_ambiguous_days_are_settled_by_the_whole_file(read_file, proof, expected):
    # The proof stands in another batch than the date it settles.
    filler = "Ben,Trial,,,,\n" * (BATCH_ROWS + 10)
    content = H2 + "Ann,Sample,,,,3/4/24\n" + filler + f"Cas,Probe,,,,{proof}\n"
    days = read_file("Connections.csv", content).column("connected_on")
    assert days[0] == expected
    assert days[-1] == date(2024, 3, 25)


def test_ambiguous_days_that_nothing_settles_fail_the_file(read_file):
    with pytest.raises(MemberFailed, match=r"Connected On: 3/4/24 can be read day first or month first"):
        read_file("Connections.csv", H2 + "Ann,Sample,,,,3/4/24\nBen,Trial,,,,5/6/24\n")


def test_a_file_with_both_orders_is_not_guessed(read_file):
    with pytest.raises(MemberFailed, match="day first or month first"):
        read_file("Connections.csv", H2 + "A,B,,,,25/3/24\nA,B,,,,3/25/24\nA,B,,,,3/4/24\n")


def verified(*days: tuple[str, str]) -> str:
    rows = [f"Mara,Testova,{first},{second}\n" for first, second in days]
    return "First name,Last name,Verified date,Expiry date\n" + "".join(rows)


def test_another_column_of_the_file_settles_the_order(read_file):
    rows = read_file("Verifications.csv", verified(("3/4/24", "25/4/34")))
    assert rows.only()["verified_on"] == date(2024, 4, 3)


def test_another_column_settles_no_contradiction(read_file):
    content = verified(("3/4/24", "25/4/34"), ("25/3/24", ""), ("3/25/24", ""))
    with pytest.raises(MemberFailed, match="Verified date: 3/4/24 can be read day first or month first"):
        read_file("Verifications.csv", content)


def test_text_where_a_date_should_be_is_rejected_with_its_line(read_file):
    rows = read_file("Connections.csv", NOTES + H2 + "Ann,Sample,,Acme,CTO,soon\nBen,Trial,,,,2024-03-04\n")
    assert rows.column("first_name") == ["Ben"]
    (rejected,) = rows.rejected
    assert rejected.line_number == 5
    assert rejected.reason == "Connected On: 'soon' is not a date"
    assert rejected.raw == "Ann,Sample,,Acme,CTO,soon"


def test_reading_again_gives_the_same_accounts(tmp_path):
    (tmp_path / "Connections.csv").write_text(H2 + "Ann,Sample,,,,soon\n" + "Ben,Trial,,,,05 Mar 2024\n")
    with open_export(tmp_path / "Connections.csv") as export:
        (member,) = read(export).members
        for _ in range(2):
            assert sum(frame.height for frame in member.frames()) == 1
            assert (member.rows_in_file, len(member.rejected)) == (2, 1)


# --- rows of Connections.csv ---


def test_ghosts_come_as_often_as_they_stand(read_file):
    rows = read_file("Connections.csv", H3 + ",,,,,,05 Mar 2024\n" * 3 + ANN)
    assert rows.column("connected_on") == [date(2024, 3, 5)] * 4
    assert rows.column("first_name") == [None, None, None, "Ann"]


def test_ghosts_of_the_header_without_addresses(read_file):
    rows = read_file("Connections.csv", H2 + ",,,,,05 Mar 2024\n" * 2 + "Ann,Sample,,,,05 Mar 2024\n")
    assert rows.column("first_name") == [None, None, "Ann"]
    assert rows.column("connected_on") == [date(2024, 3, 5)] * 3


def test_what_a_spreadsheet_would_run_is_text(read_file):
    cells = ["=1+1", "+47 Ann", "-", "@ann"]
    rows = read_file("Connections.csv", H2 + "".join(f"{cell},Sample,,{cell},,05 Mar 2024\n" for cell in cells))
    assert rows.column("first_name") == rows.column("company") == cells


def test_exact_repeats_are_not_removed(read_file):
    assert read_file("Connections.csv", H3 + ANN + ANN).frame.height == 2


def test_words_for_nothing_are_text_in_names(read_file):
    content = H2 + "Null,NA,,N/A,None,05 Mar 2024\n-,nan,,#N/A,-,05 Mar 2024\n"
    rows = read_file("Connections.csv", content)
    assert rows.frame.select("first_name", "last_name", "company", "position").rows() == [
        ("Null", "NA", "N/A", "None"),
        ("-", "nan", "#N/A", "-"),
    ]


def test_padding_symbols_and_fonts_stay_in_the_text(read_file):
    name = "  Ann   𝐁𝐨𝐥𝐝 \u200d🚀"
    assert read_file("Connections.csv", H2 + f"{name},Ã©,,,,05 Mar 2024\n").only()["first_name"] == name


def test_doubled_quotes_and_commas_in_names(read_file):
    row = read_file("Connections.csv", H2 + '"Ann ""Annie""","Lee, MBA, PMP",,,,05 Mar 2024\n').only()
    assert (row["first_name"], row["last_name"]) == ('Ann "Annie"', "Lee, MBA, PMP")


def test_rows_of_blank_cells_are_no_records(read_file):
    rows = read_file("Connections.csv", H3 + ANN + ",,,,,,\n\n" + BEN)
    assert rows.column("first_name") == ["Ann", "Ben"]
    assert rows.column("line_number") == [2, 5]


def test_row_of_one_cell_is_rejected(read_file):
    rows = read_file("Connections.csv", H3 + "a stray remark\n" + ANN)
    assert rows.column("first_name") == ["Ann"]
    assert [(r.line_number, r.reason, r.raw) for r in rows.rejected] == [
        (2, "1 cells where the header names 7", "a stray remark")
    ]


def test_rejected_row_of_any_length_is_kept_in_part(read_file):
    rows = read_file("Connections.csv", H3 + "x" * 10_000 + "\n" + ANN)
    assert rows.rejected[0].raw == "x" * 4_000


def test_row_longer_than_the_header_is_rejected(read_file):
    rows = read_file("Connections.csv", H3 + ANN.replace("Acme", "Acme, Inc.") + BEN)
    assert rows.column("first_name") == ["Ben"]
    assert rows.rejected[0].reason == "8 cells where the header names 7"


def test_row_longer_by_blank_cells_is_read(read_file):
    rows = read_file("Connections.csv", H3 + ANN.replace("\n", ",, \n"))
    assert rows.only()["first_name"] == "Ann"


# --- bytes ---


JOSE = H3 + ANN.replace("Ann", "José")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(JOSE.encode(), id="UTF-8"),
        pytest.param(JOSE.encode("utf-8-sig"), id="UTF-8 with byte order mark"),
        pytest.param(JOSE.encode("cp1252"), id="Windows-1252"),
        pytest.param(JOSE.replace(",", ";").encode("latin-1"), id="Latin-1 and semicolons"),
        pytest.param(JOSE.replace(",", "\t").encode("utf-16"), id="UTF-16 and tabs"),
        pytest.param(JOSE.encode("utf-16-le"), id="UTF-16 without mark"),
        pytest.param(JOSE.encode("utf-16-be"), id="UTF-16 big-endian without mark"),
        pytest.param(JOSE.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(JOSE.replace("\n", "\r").encode(), id="CR"),
        pytest.param(JOSE.encode().replace(b"Sample", b"Sam\0ple"), id="NUL"),
    ],
)
def test_encodings_and_line_ends(read_file, content):
    row = read_file("Connections.csv", content).only()
    assert (row["first_name"], row["last_name"], row["connected_on"]) == ("José", "Sample", date(2024, 3, 5))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_wide_text_beyond_latin(read_file, encoding):
    content = (H2 + "Иван,王,,,,05 Mar 2024\n").encode(encoding)
    assert read_file("Connections.csv", content).only()["last_name"] == "王"


def test_all_bytes_of_windows_1252(read_file):
    name = bytes(range(0x80, 0x100))
    row = read_file("Connections.csv", H2.encode() + name + b",Sample,,,,05 Mar 2024\n").only()
    browser = name.decode("latin-1").translate(
        {b: bytes([b]).decode("cp1252", "ignore") or b for b in range(0x80, 0xA0)}
    )
    assert row["first_name"] == browser


def test_one_broken_byte_does_not_spoil_a_utf_8_file(read_file):
    content = (H2 + "José,Žižková,,,,05 Mar 2024\nRené,X,,,,05 Mar 2024\n").encode().replace(b",X,", b",\xe9,")
    assert read_file("Connections.csv", content).column("last_name") == ["Žižková", "é"]


def test_letters_that_would_be_utf_8_stay_as_they_are_in_a_file_of_windows(read_file):
    content = (H2 + "José,Ã©,,,,05 Mar 2024\nRené,Žižka,,,,05 Mar 2024\n").encode("cp1252")
    assert read_file("Connections.csv", content).column("last_name") == ["Ã©", "Žižka"]


@pytest.mark.parametrize("size", range(1, 9))
def test_a_file_is_looked_at_as_a_whole_however_much_is_looked_at_together(monkeypatch, size):
    def look(content: bytes) -> encodings.Encoding:
        monkeypatch.setattr(encodings, "_LOOK_BYTES", size)
        return encodings._narrow(encodings._chunks(content[:4], io.BytesIO(content[4:])))

    for plain in ("Name\naé日😀z\n", '日,"a"\n\n😀'):
        assert look(plain.encode()) == encodings.Encoding("utf-8-sig", "strict", "\n", is_plain=True)
    for spaced in ('Name\n "a"\n', 'Name\n"a" ,b\n', 'Name\n "",b\n', 'Name\na, ""\n', ' ""\n', 'é, "é"\n'):
        assert not look(spaced.encode()).is_plain
    for broken in (b"Name\n\xe6\x97", b"Name\na\xa9z\n", b"\xe6\x97\n"):
        assert look(broken).errors == "linkstrata-windows"


def test_a_letter_that_the_file_ends_within_is_of_windows(read_file):
    assert read_file("Skills.csv", b"Name\nCaf\xc3").only()["name"] == "CafÃ"


def test_a_picture_named_csv_is_no_text(read_archive):
    archive = read_archive({"Shares.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, "Skills.csv": "Name\nSQL\n"})
    assert (archive["Shares.csv"].status, archive["Shares.csv"].detail) == ("failed", "its content is no text")
    assert archive["Skills.csv"].column("name") == ["SQL"]


def test_file_without_bytes_fails(read_archive):
    archive = read_archive({"Connections.csv": b"", "Skills.csv": "Name\nSQL\n"})
    assert archive["Connections.csv"].status == "failed"


def test_header_alone_is_empty(read_file):
    rows = read_file("Connections.csv", NOTES + H3 + "\n")
    assert (rows.status, rows.frame.height) == ("empty", 0)


def test_frames_stay_small_where_cells_are_large(tmp_path, monkeypatch):
    monkeypatch.setattr(typed_rows, "BATCH_CHARACTERS", 40_000)
    path = tmp_path / "Comments.csv"
    path.write_text("Date,Link,Message\n" + f"2021-03-04 10:00:00,a,{'x' * 11_000}\n" * 5)
    with open_export(path) as export:
        (member,) = read(export).members
        assert [frame.height for frame in member.frames()] == [4, 1]


def test_comment_of_very_many_lines_is_read_in_time(read_file):
    rows = read_file("Comments.csv", "Date,Link,Message\n2021-03-04 10:00:00,a,first\n" + "and so on\n" * 200_000)
    assert rows.only()["message"].count("\n") == 200_000


# --- quotation marks ---


def test_lone_quotation_mark_costs_no_other_row(read_file):
    content = H3 + ANN.replace("Acme", '"The Firm') + BEN + ANN
    rows = read_file("Connections.csv", content)
    assert rows.column("company") == ['"The Firm', "Acme", "Acme"]
    assert rows.column("line_number") == [2, 3, 4]


def test_quoted_cell_over_several_lines(read_file):
    content = "Company Name,Title,Description,Location,Started On,Finished On\n"
    content += 'Acme,CTO,"one\ntwo, ""three""\n",Oslo,Mar 2020,\nBeta,CEO,,,2019,\n'
    rows = read_file("Positions.csv", content)
    assert rows.column("description") == ['one\ntwo, "three"\n', None]
    assert rows.column("line_number") == [2, 5]


@pytest.mark.parametrize("end", ["", ",", ",,,,,"], ids=["blank cells left out", "as wide", "blank cells added"])
def test_quoted_cell_over_several_lines_in_a_ragged_row(read_file, end):
    content = "Company Name,Title,Description,Location,Started On,Finished On\n"
    rows = read_file("Positions.csv", content + f'Acme,CTO,"one\ntwo"{end}\nBeta,CEO,,,2019,\n')
    assert rows.column("description") == ["one\ntwo", None]
    assert rows.rejected == []


def test_lines_that_join_to_a_record_much_too_short_stay_apart():
    def cells(width: int) -> list[list[str]]:
        return [cells for _, cells in records.Records(['"a\n', 'b",c\n'], ",", width)]

    assert cells(4) == [["a\nb", "c"]]
    assert cells(5) == [['"a'], ['b"', "c"]]


def test_lone_quotation_marks_of_two_rows_do_not_join_them(read_file):
    rows = read_file("Connections.csv", H3 + ANN.replace("Acme", '"The Firm') + BEN.replace("Acme", 'The "Other" Firm'))
    assert rows.column("company") == ['"The Firm', 'The "Other" Firm']


def test_quotes_that_are_not_doubled_stay_in_a_cell_over_several_lines(read_file):
    content = "Company Name,Title,Description,Location,Started On,Finished On\n"
    rows = read_file("Positions.csv", content + 'Acme,CTO,"One\nthe "best" year",,2019,\nBeta,CEO,,,2019,\n')
    assert rows.column("title") == ["CTO", "CEO"]
    assert rows.column("description") == ['One\nthe best" year"', None]


def test_quote_that_never_ends_is_given_up_in_bounded_time(read_file, monkeypatch):
    monkeypatch.setattr(records, "LINES_IN_A_RECORD", 50)
    monkeypatch.setattr(records, "LINES_READ_AGAIN", 500)
    content = H2 + 'x","\n' * 400 + "Ann,Sample,,Acme,CTO,05 Mar 2024\n"
    rows = read_file("Connections.csv", content)
    assert rows.column("first_name") == ["Ann"]
    assert len(rows.rejected) == 400


def test_quotes_escaped_by_backslashes(read_file):
    content = 'Date,Link,Message\n2021-03-04 10:00:00,https://example.com,"She said \\"yes, please\\" twice"\n'
    assert read_file("Comments.csv", content).only()["message"] == 'She said "yes, please" twice'


def test_lines_behind_a_quote_escaped_by_a_backslash_are_read_again():
    lines = ["A,B,C\n", '1,"he said \\"",c\n', "2,b,c\n", '3,"b",c\n']
    found = list(records.Records(lines, ",", 3, has_backslash_quotes=True))
    assert found == [(1, ["A", "B", "C"]), (2, ["1", 'he said "', "c"]), (3, ["2", "b", "c"]), (4, ["3", "b", "c"])]


def test_backslash_is_a_letter_like_any_other(read_file):
    content = 'Date,Link,Message\n2021-03-04 10:00:00,https://example.com,"C:\\temp, C:\\"\n'
    assert read_file("Comments.csv", content).only()["message"] == "C:\\temp, C:\\"


def test_control_characters_stay_in_the_text(read_file):
    content = "Date,Link,Message\n2021-03-04 10:00:00,https://example.com,bell \x07 tab \x0b\n"
    assert read_file("Comments.csv", content).only()["message"] == "bell \x07 tab \x0b"


# --- Comments.csv and Shares.csv ---


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_comments_with_unquoted_line_breaks(read_file, end):
    lines = [
        "Date,Link,Message",
        "2021-03-04 10:00:00,https://www.linkedin.com/feed/update/urn:li:activity:1,First line",
        "second line",
        "",
        "after a blank one",
        '2021-03-03 09:00:00,https://www.linkedin.com/feed/update/urn:li:activity:2,"quoted, with',
        'a break"',
        "2021-03-02 08:00:00,https://www.linkedin.com/feed/update/urn:li:groupPost:1-2,last",
        "",
    ]
    rows = read_file("Comments.csv", end.join(lines) + end)
    assert [text.replace("\r", "") for text in rows.column("message")] == [
        "First line\nsecond line\n\nafter a blank one",
        "quoted, with\na break",
        "last",
    ]
    assert rows.column("line_number") == [2, 6, 8]
    assert rows.rejected == []


def test_comment_line_that_begins_with_a_comma_goes_on(read_file):
    content = "Date,Link,Message\n2021-03-04 10:00:00,a,first\n, and so on\n2021-03-04 09:00:00,b,second\n"
    assert read_file("Comments.csv", content).column("message") == ["first\n, and so on", "second"]


@pytest.mark.parametrize("day", ["05 Mar 2024", "2021-03-04 10:00:00", "4/3/2021"])
def test_comment_line_that_is_nothing_but_a_day_goes_on(read_file, day):
    content = f"Date,Link,Message\n2021-03-04 10:00:00,a,see you\n{day}\nat noon\n2021-03-04 09:00:00,b,second\n"
    rows = read_file("Comments.csv", content)
    assert rows.column("message") == [f"see you\n{day}\nat noon", "second"]
    assert rows.rejected == []


def test_comments_saved_again_by_a_spreadsheet_stay_apart(read_file):
    content = "Date;Link;Message\r\n25/3/2021 10:00;https://example.com/1;one\r\n"
    content += "4/3/2021 09:00;https://example.com/2;two\r\n"
    rows = read_file("Comments.csv", content)
    assert rows.column("message") == ["one", "two"]
    assert rows.column("commented_at") == [datetime(2021, 3, 25, 10), datetime(2021, 3, 4, 9)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_shares_with_every_line_wrapped_in_quotes(read_file, end):
    commentary = f'"Line one""{end}""""{end}""Line two"'
    content = (
        f"Date,ShareLink,ShareCommentary,SharedURL,MediaURL,Visibility{end}"
        f"2021-03-04 10:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A1,{commentary},,,MEMBER_NETWORK{end}"
    )
    assert read_file("Shares.csv", content).only()["commentary"] == "Line one\n\nLine two"


def test_shares_without_commentary_and_with_commas_in_it(read_file):
    header = "Date,ShareLink,ShareCommentary,SharedURL,MediaURL,Visibility\r\n"
    rows = read_file(
        "Shares.csv",
        header
        + '2021-03-04 10:00:00,a,"One, ""two""""\r\n""""\r\n""three",,,MEMBER_NETWORK\r\n'
        + "2021-03-04 09:00:00,b,,,,MEMBER_NETWORK\r\n",
    )
    assert rows.column("commentary") == ['One, "two"\n\nthree', None]
    assert rows.column("line_number") == [2, 5]


def test_shares_whose_quotes_belong_to_the_text_are_left_alone(read_file):
    commentary = '"He said ""no""\n""Yes"" was not said\nby anyone"'
    content = (
        "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
        f"2024-03-04 10:00:00,https://example.com,{commentary},,https://example.com/m,MEMBER_NETWORK\n"
    )
    row = read_file("Shares.csv", content).only()
    assert row["commentary"] == 'He said "no"\n"Yes" was not said\nby anyone'
    assert row["media_url"] == "https://example.com/m"


def test_shares_of_2018(read_file):
    content = wide(
        "Date|Share Title|Share Description|Share Link|Share Commentary|Shared URL|Media URL|Type|Visibility\n"
        "2018/03/04 10:11:12 UTC|Title|About|https://example.com/1|Text|https://example.com/2||ARTICLE|PUBLIC"
    )
    row = read_file("Shares.csv", content).only()
    assert (row["shared_at"], row["share_type"]) == (datetime(2018, 3, 4, 10, 11, 12), "ARTICLE")
    assert (row["commentary"], row["shared_url"]) == ("Text", "https://example.com/2")


# --- messages ---


def test_messages_of_2018(read_file):
    content = "From,To,Date,Subject,Content,Direction,Folder\n"
    content += 'Ann Sample,Ben Trial,"10/4/18, 7:05 AM",Hello,How are you,OUTGOING,SENT\n'
    row = read_file("Messages.csv", content).only()
    assert (row["sender_name"], row["recipient_names"], row["direction"]) == ("Ann Sample", "Ben Trial", "OUTGOING")
    assert (row["sent_at"], row["folder"]) == (datetime(2018, 10, 4, 7, 5), "SENT")


def test_messages_with_drafts_and_several_recipients(read_file):
    header = (
        "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,"
        "FOLDER,ATTACHMENTS,IS MESSAGE DRAFT\n"
    )
    content = header + (
        '2-a==,,Ann Sample,https://www.linkedin.com/in/jos\u00e9,"Lee, MBA,Ben Trial","https://www.linkedin.com/in/lee,'
        'https://www.linkedin.com/in/ben",2024-03-05 06:07:08 UTC,,<p>Hi</p>,INBOX,,No\n'
        ",,Ann Sample,,,,2024-03-05 06:07:09 UTC,,unfinished,,,Yes\n"
    )
    rows = read_file("messages.csv", content)
    assert rows.column("sent_at") == [datetime(2024, 3, 5, 6, 7, 8), datetime(2024, 3, 5, 6, 7, 9)]
    assert rows.column("is_message_draft") == [False, True]
    assert rows.column("conversation_id") == ["2-a==", None]
    assert rows.column("recipient_urls")[0] == "https://www.linkedin.com/in/lee,https://www.linkedin.com/in/ben"
    assert rows.column("is_conversation_draft") == [None, None]


@pytest.mark.parametrize(
    "name",
    [
        "coach_messages.csv",
        "guide_messages.csv",
        "learning_coach_messages.csv",
        "learning_role_play_messages.csv",
        "LearningCoachMessages.csv",
    ],
)
def test_coach_messages_without_conversations(read_archive, name):
    rows = read_archive({name: "No conversations found\n"})[name]
    assert (rows.table, rows.status) == ("coach_messages", "empty")


# --- other files ---


def test_invitations_with_urns_of_2023(read_file):
    content = "From,To,Sent At,Message,Direction,inviterProfileUrn,inviteeProfileUrn\n"
    content += 'Ann Sample,Ben Trial,"7/9/23, 12:30 AM",,OUTGOING,urn:li:member:1,urn:li:member:2\n'
    row = read_file("Invitations.csv", content).only()
    assert (row["inviter_urn"], row["invitee_urn"]) == ("urn:li:member:1", "urn:li:member:2")
    assert row["sent_at"] == datetime(2023, 7, 9, 0, 30)


def test_member_follows(read_file):
    rows = read_file("Member_Follows.csv", "Date,Status,FullName\r\n2023-01-02 03:04:05,Unfollow,Ann Sample\r\n")
    assert rows.only()["followed_at"] == datetime(2023, 1, 2, 3, 4, 5)
    assert (rows.only()["status"], rows.only()["full_name"]) == ("Unfollow", "Ann Sample")


def test_member_follows_are_no_followers(read_archive):
    archive = read_archive({"Member_Follows.csv": "Date,Status,FullName\n2023-01-02 03:04:05,Active,Ann Sample\n"})
    assert (archive["Member_Follows.csv"].table, archive.reading.source) == ("member_follows", "linkedin_archive")


def test_company_follows_with_unix_dates(read_file):
    row = read_file("Company Follows.csv", "Organization,Followed On\nAcme,Sat Dec 14 09:08:07 UTC 2024\n").only()
    assert row["followed_on"] == datetime(2024, 12, 14, 9, 8, 7)


def test_reactions_with_a_comment_as_target(read_file):
    link = "https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A1?commentUrn=urn%3Ali%3Acomment%3A2"
    row = read_file("Reactions.csv", f"Date,Type,Link\n2023-01-02 03:04:05,PRAISE,{link}\n").only()
    assert (row["reaction_type"], row["link"]) == ("PRAISE", link)


def test_likes_of_2015_are_reactions(read_file):
    assert read_file("Likes.csv", "Date,Type,Link\n2015-01-02 03:04:05,LIKE,https://example.com\n").table == "reactions"


@pytest.mark.parametrize("header", ["savedItem,createdTime", "savedItem,CreatedTime"])
def test_saved_items_in_either_case(read_file, header):
    row = read_file("Saved_Items.csv", f"{header}\nhttps://example.com,2023-01-02 03:04:05\n").only()
    assert row["saved_at"] == datetime(2023, 1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("column", "header", "cell"),
    [
        ("websites", "Websites", "[PERSONAL:https://example.com]"),
        ("websites", "Websites", "PORTFOLIO:https://example.com, PORTFOLIO:https://example.org"),
        ("twitter_handles", "Twitter Handles", "[mara]"),
        ("twitter_handles", "Twitter Handles", "mara"),
        ("instant_messengers", "Instant Messengers", "[SKYPE:mara]"),
    ],
)
def test_profile_keeps_each_way_of_labelling_as_written(read_file, column, header, cell):
    row = read_file("Profile.csv", f'First Name,Last Name,{header}\nMara,Testova,"{cell}"\n').only()
    assert row[column] == cell


def test_profile_keeps_labels_with_and_without_brackets(read_archive):
    header = (
        "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location,"
        "Twitter Handles,Websites,Instant Messengers\n"
    )
    row = 'Mara,Testova,,,"Mar 5, 1980",CTO,,Software,0150,Oslo,"[a,b]","[OTHER:example.com]",SKYPE:mara\n'
    archive = read_archive({"Profile.csv": header + row})
    assert archive["Profile.csv"].only()["birth_date"] == "Mar 5, 1980"
    assert archive["Profile.csv"].only()["websites"] == "[OTHER:example.com]"
    assert archive.reading.owner_name == "Mara Testova"


def test_endorsements_of_two_eras_in_one_archive(read_archive):
    old = wide(
        "Endorsement Date|Skill Name|Endorser First Name|Endorser Last Name|Endorsement Status|Display Status\n"
        "2018/03/04 10:11:12 UTC|SQL|Ann|Sample|Accepted|Redacted"
    )
    new = (
        "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorser Public Url,Endorsement Status\n"
        "2022/03/04 10:11:12 UTC,SQL,Ben,Trial,www.linkedin.com/in/ben-trial,ACCEPTED\n"
    )
    archive = read_archive({"Endorsement Received Info.csv": old, "Endorsement_Received_Info.csv": new})
    first, second = archive["Endorsement Received Info.csv"], archive["Endorsement_Received_Info.csv"]
    assert first.table == second.table == "endorsements_received"
    assert (first.only()["display_status"], first.only()["endorsed_at"]) == (
        "Redacted",
        datetime(2018, 3, 4, 10, 11, 12),
    )
    assert second.only()["endorser_url"] == "www.linkedin.com/in/ben-trial"


def test_recommendations_with_padded_american_times(read_file):
    content = "First Name,Last Name,Company,Job Title,Text,Creation Date,Status\n"
    content += 'Ann,Sample,Acme,CTO,"Good,\nvery good","03/05/24, 09:07 PM",VISIBLE\n'
    row = read_file("Recommendations_Received.csv", content).only()
    assert (row["created_at"], row["text"]) == (datetime(2024, 3, 5, 21, 7), "Good,\nvery good")


def test_positions_keep_what_a_month_or_year_alone_says(read_file):
    content = (
        "Company Name,Title,Description,Location,Started On,Finished On\nAcme,CTO,,Oslo,Mar 2020,2021\nBeta,CEO,,,,?\n"
    )
    rows = read_file("Positions.csv", content)
    assert rows.column("started_on") == [date(2020, 3, 1), None]
    assert rows.column("finished_on") == [date(2021, 1, 1), None]
    assert rows.column("started_on_text") == ["Mar 2020", None]
    assert rows.column("finished_on_text") == ["2021", "?"]
    assert rows.rejected == []


def test_projects_of_2018_have_other_headers(read_file):
    content = "Title,Description,Url,Start Date,End Date\nBridge,,https://example.com,Mar 2018,2019\n"
    row = read_file("Projects.csv", content).only()
    assert (row["started_on"], row["finished_on_text"]) == (date(2018, 3, 1), "2019")


def test_honors_of_both_eras_state_whole_days(read_archive):
    archive = read_archive(
        {
            "Honors.csv": 'Title,Description,Issued On\nBest,,"Mar 5, 2024"\n',
            "Honors_1.csv": 'Title,Description,Issuer,Issue Date\nFirst,,Acme,"Mar 5, 2018"\n',
        }
    )
    assert archive["Honors.csv"].only()["issued_on"] == date(2024, 3, 5)
    assert archive["Honors_1.csv"].only()["issued_on"] == date(2018, 3, 5)


def test_an_email_address_whose_day_is_not_available_is_kept(read_file):
    content = "Email Address,Confirmed,Primary,Updated On\n"
    content += 'mara@example.com,Yes,Yes,Not Available\nold@example.com,Yes,No,"3/5/24, 9:07 PM"\n'
    rows = read_file("Email Addresses.csv", content)
    assert rows.column("updated_at") == [None, datetime(2024, 3, 5, 21, 7)]
    assert rows.column("is_primary") == [True, False]


def test_profile_summary_without_a_summary_is_empty(read_archive):
    assert read_archive({"Profile Summary.csv": "Profile Summary\n"})["Profile Summary.csv"].status == "empty"


def test_events_begin_and_end(read_file):
    content = "Event Name,Event Time,Status,External Url\n"
    content += '"Meeting, the","Sep 10, 2024 06:00 PM - Sep 10, 2024 07:00 PM",APPROVED,\nOpen,,RELINQUISHED,\n'
    rows = read_file("Events.csv", content)
    assert rows.column("starts_at") == [datetime(2024, 9, 10, 18), None]
    assert rows.column("ends_at") == [datetime(2024, 9, 10, 19), None]


def test_rich_media_sentences(read_file):
    content = (
        "Date/Time,Media Description,Media Link\n"
        '"You uploaded a feed photo on September 9, 2024 at 9:15 PM (GMT)", -,https://example.com/a?e=1\n'
        '"You uploaded a profile background on May 1, 2020 at 12:05 AM (GMT)",Sea,https://example.com/b\n'
    )
    rows = read_file("Rich_Media.csv", content)
    assert rows.column("kind") == ["feed photo", "profile background"]
    assert rows.column("uploaded_at") == [datetime(2024, 9, 9, 21, 15), datetime(2020, 5, 1, 0, 5)]
    assert rows.column("description") == [" -", "Sea"]


@pytest.mark.parametrize(
    "kind",
    ["feed photo", "feed document", "feed video", "profile photo", "profile background", "group logo", "photo"],
)
def test_kinds_of_rich_media(read_file, kind):
    said = f"You uploaded a {kind} on May 1, 2020 at 12:05 AM (GMT)"
    row = read_file("Rich_Media.csv", f"Date/Time,Media Description,Media Link\n\"{said}\",' -',https://a\n").only()
    assert (row["kind"], row["uploaded_at"]) == (kind, datetime(2020, 5, 1, 0, 5))


def test_rich_media_and_videos_of_2018(read_archive):
    archive = read_archive(
        {
            "Rich Media.csv": "Type,Link\nIMAGE,https://example.com/a\n",
            "Videos.csv": "Description,Link\nSea,https://b\n",
        }
    )
    assert archive["Rich Media.csv"].only()["media_type"] == "IMAGE"
    assert archive["Videos.csv"].only()["description"] == "Sea"


@pytest.mark.parametrize(
    ("name", "when"),
    [("Receipts.csv", '"3/5/24, 9:07 PM"'), ("Receipts_v2.csv", "03/05/24 09:07 PM UTC")],
)
def test_receipts_of_both_versions(read_file, name, when):
    content = (
        "First Name,Last Name,Billing Country,Postal Code,Transaction Made At,Payment Method Type,Invoice Number,"
        "Description,Tax Amount,Sub Total,Total Amount,Currency Code\n"
        f'Mara,Testova,NO,0150,{when},VISA,1,Premium,0,"1,234.50",1234.5,NOK\n'
    )
    row = read_file(name, content).only()
    assert row["paid_at"] == datetime(2024, 3, 5, 21, 7)
    assert (row["tax_amount"], row["sub_total"], row["total_amount"]) == (0.0, 1234.5, 1234.5)


def test_learning_ends_every_row_with_a_comma(read_file):
    content = (
        "Content Title,Content Description,Content Type,Content Last Watched Date (if viewed),"
        "Content Completed At (if completed),Content Saved,Notes taken on videos (if taken),\n"
        "SQL,About SQL,COURSE,2024-03-05 06:07 UTC,N/A,false,N/A,\n"
    )
    rows = read_file("Learning.csv", content)
    row = rows.only()
    assert (row["last_watched_at"], row["completed_at"]) == (datetime(2024, 3, 5, 6, 7), None)
    assert (row["notes"], row["extra"], rows.detail) == ("N/A", None, None)


def test_search_queries_with_unquoted_commas(read_file):
    content = "Time,Search Query\n2024/03/05 06:07:08 UTC,plain\n2024/03/05 06:07:09 UTC,data, sql,python\n"
    rows = read_file("SearchQueries.csv", content)
    assert rows.column("query") == ["plain", "data, sql,python"]
    assert rows.column("searched_at")[1] == datetime(2024, 3, 5, 6, 7, 9)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Logins.csv", "Login Date|IP Address|User Agent|Login Type\n2018/03/04 10:11:12 UTC|192.0.2.1|Browser|WEB"),
        ("Search Queries.csv", "Time|Search Query\n2018/03/04 10:11:12 UTC|sql, python"),
        ("Account Status History.csv", "Time|Event\n2018/03/04 10:11:12 UTC|Account created"),
        (
            "Security Challenges.csv",
            "Challenge Date|IP Address|User Agent|Country|Challenge Type\n2018/03/04 10:11:12 UTC|192.0.2.1|B|NO|PIN",
        ),
    ],
)
def test_wide_files_of_2018(read_file, name, text):
    rows = read_file(name, wide(text))
    assert rows.frame.row(0)[0] == datetime(2018, 3, 4, 10, 11, 12)
    assert rows.detail is None


def test_logins_with_unix_dates(read_file):
    content = "Login Date,IP Address,User Agent,Login Type\nSat Dec 14 09:08:07 UTC 2024,192.0.2.1,Browser,WEB\n"
    assert read_file("Logins.csv", content).only()["logged_in_at"] == datetime(2024, 12, 14, 9, 8, 7)


def test_ad_targeting_with_headers_that_repeat(read_file):
    content = "Member Age,Company Names,Company Names,Company Names,Job Titles,Job Titles,Job Titles\n"
    content += "25-34,Acme; Beta,Gamma,Delta,CTO,CEO,COO\n"
    row = read_file("Ad_Targeting.csv", content).only()
    assert [row[f"company_names{n}"] for n in ("", "_2", "_3")] == ["Acme; Beta", "Gamma", "Delta"]
    assert [row[f"job_titles{n}"] for n in ("", "_2", "_3")] == ["CTO", "CEO", "COO"]


def test_ad_targeting_of_2018_repeats_its_headers_in_utf_16(read_file):
    content = wide("Member Age|Company Names|Company Names|Job Titles|Job Titles\n25-34|Acme; Beta|Gamma|CTO|CEO")
    row = read_file("Ad Targeting.csv", content).only()
    assert [row[f"company_names{n}"] for n in ("", "_2", "_3")] == ["Acme; Beta", "Gamma", None]
    assert [row[f"job_titles{n}"] for n in ("", "_2", "_3")] == ["CTO", "CEO", None]


def test_unknown_columns_of_one_name_are_kept_apart(read_file):
    rows = read_file("Skills.csv", "Name,Level,Level\nSQL,high,low\n")
    assert rows.only()["extra"] == '{"Level": "high", "Level (3)": "low"}'


def test_saved_job_alerts_of_both_eras(read_archive):
    old = 'Saved Search Date,Jobs Search Url\n"3/5/24, 9:07 PM",https://example.com\n'
    new = "ALERT_PARAMETERS,QUERY_CONTEXT,SAVED_SEARCH_ID\n{},ctx,7\n"
    archive = read_archive({"SavedJobAlerts.csv": old, "SavedJobAlerts_1.csv": new})
    assert archive["SavedJobAlerts.csv"].only()["saved_at"] == datetime(2024, 3, 5, 21, 7)
    assert archive["SavedJobAlerts_1.csv"].only()["saved_search_id"] == "7"


def test_verifications_say_nothing_in_words(read_file):
    header = (
        "First name,Middle name,Last name,Verification type,Organization name,Email address,Country,State,City,"
        "Year of birth,Issuing authority,Document type,Verification service provider,Verified date,Expiry date\n"
    )
    row = read_file("Verifications.csv", header + "Mara,N/A,Testova,ID,,,NO,,,,,PASSPORT,X,2024-03-05,N/A\n").only()
    assert (row["verified_on"], row["expires_on"], row["middle_name"]) == (date(2024, 3, 5), None, "N/A")


def test_address_book(read_file):
    header = (
        "Source,FirstName,LastName,Companies,Title,Emails,PhoneNumbers,CreatedAt,Addresses,Sites,"
        "InstantMessageHandles,FullName,Birthday,Location,BookmarkedAt,Profiles\n"
    )
    content = header + 'GOOGLE_CONTACTS,Ann,Sample,Acme,,"a@example.com,b@example.com",,"3/5/24, 9:07 PM",,,,,,,,\n'
    for name in ("Contacts.csv", "Imported Contacts.csv", "ImportedContacts.csv"):
        rows = read_file(name, content)
        assert (rows.table, rows.only()["emails"]) == ("address_book", "a@example.com,b@example.com")
        assert rows.only()["created_at"] == datetime(2024, 3, 5, 21, 7)


def test_one_column_saved_with_semicolons(read_file):
    assert read_file("Skills.csv", "Name;\r\nSQL;\r\nC, C++;\r\n").column("name") == ["SQL", "C, C++"]


def test_one_column_with_unquoted_commas(read_file):
    assert read_file("Skills.csv", "Name\nSQL\nC, C++\n").column("name") == ["SQL", "C, C++"]


# --- files nobody knows ---


def test_unknown_file_keeps_its_rows_as_json(read_archive):
    archive = read_archive({"Connections.csv": H3 + ANN, "Moods.csv": "When,Mood,\nnow,good,x\nlater,,\n"})
    rows = archive["Moods.csv"]
    assert (rows.table, rows.status) == ("unrecognised_rows", "unrecognised")
    assert rows.detail == "no file that linkstrata knows; its columns: When, Mood, column 3"
    assert rows.frame.select("path", "row", "line_number").rows() == [
        ("Moods.csv", '{"When": "now", "Mood": "good", "column 3": "x"}', 2),
        ("Moods.csv", '{"When": "later", "Mood": "", "column 3": ""}', 3),
    ]


def test_header_of_an_unknown_file_is_not_mostly_blank(read_archive):
    content = "My notes,,,,\nThing,Place,Count\ncup,shelf,2\n"
    rows = read_archive({"Connections.csv": H3 + ANN, "Things.csv": content})["Things.csv"]
    assert rows.column("row") == ['{"Thing": "cup", "Place": "shelf", "Count": "2"}']


def test_picture_is_named_and_left(read_archive):
    archive = read_archive({"Connections.csv": H3 + ANN, "-1169023372.jpg": b"\xff\xd8\xff"})
    assert (archive["-1169023372.jpg"].table, archive["-1169023372.jpg"].status) == (None, "unrecognised")


def test_two_known_headers_beside_a_strange_one_are_not_enough(read_archive):
    content = "Company,Position,Mood\nAcme,CTO,good\n"
    archive = read_archive({"Connections.csv": content, "Skills.csv": "Name\nSQL\n"})
    assert archive["Connections.csv"].status == "failed"


def test_known_name_with_a_strange_header_fails(read_archive):
    archive = read_archive({"Connections.csv": "a,b\n1,2\n", "Skills.csv": "Name\nSQL\n"})
    assert archive["Connections.csv"].detail == "its first 10 records hold no header of Connections.csv"


# --- large files ---

MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n"
)
MESSAGE = '2-a==,,Ann,https://www.linkedin.com/in/ann,Ben,,2024-03-05 06:07:08 UTC,,"Hello, é",INBOX\n'
LARGE = MESSAGES + MESSAGE * 15_000


def test_large_plain_file_is_offered_to_the_database(read_archive):
    rows = read_archive({"messages.csv": LARGE})["messages.csv"]
    assert rows.clean is not None
    assert (rows.clean.delimiter, rows.clean.skip_lines) == (",", 0)
    assert rows.clean.header == tuple(MESSAGES.strip().split(","))
    assert rows.clean.columns["sent_at"] == "DATE"
    assert rows.clean.formats == {"sent_at": "%Y-%m-%d %H:%M:%S UTC"}
    assert rows.frame.height == 15_000
    assert rows.frame["content"].unique().to_list() == ["Hello, é"]


def test_quotes_and_spaces_within_cells_are_plain(read_archive):
    content = LARGE + MESSAGE.replace("Hello, é", 'say ""word"" and ""another"" ""')
    content += MESSAGE.replace("Hello, é", "ends in a space ")
    rows = read_archive({"messages.csv": content})["messages.csv"]
    assert rows.clean is not None
    assert rows.column("content")[-2:] == ['say "word" and "another" "', "ends in a space "]


def test_offered_file_is_there_to_be_read(tmp_path):
    import duckdb

    (tmp_path / "messages.csv").write_text(LARGE, encoding="utf-8")
    with open_export(tmp_path / "messages.csv") as export:
        (member,) = read(export).members
        assert member.clean is not None
        counted = duckdb.sql(
            "select count(*), min(content) from read_csv($path, header = true, delim = ',', all_varchar = true)",
            params={"path": str(member.clean.path)},
        ).fetchall()
    assert counted == [(15_000, "Hello, é")]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(LARGE.encode("cp1252"), id="Windows-1252"),
        pytest.param(LARGE.encode() + b"\0", id="NUL"),
        pytest.param(LARGE.encode("utf-8-sig"), id="byte order mark"),
        pytest.param((LARGE + MESSAGE.replace("Hello", 'Hel"lo')).encode(), id="odd quotation mark"),
        pytest.param(
            LARGE.replace("FOLDER", "FOLDER,MOOD").replace("INBOX", "INBOX,good").encode(), id="unknown column"
        ),
        pytest.param(
            (MESSAGES + MESSAGE + LARGE[len(MESSAGES) :].replace(":08 UTC", ":08", 7)).encode(), id="mixed dates"
        ),
        pytest.param(LARGE.replace(",INBOX", "", 1).encode(), id="ragged row"),
        pytest.param(LARGE.replace(',"Hello', ', "Hello', 1).encode(), id="quoted behind a space"),
        pytest.param((LARGE + MESSAGE.replace(",INBOX", ', ""')).encode(), id="blank quoted behind a space"),
        pytest.param(LARGE.replace('é"', 'é" ', 1).encode(), id="space behind the quotes"),
        pytest.param(LARGE.replace(",", ";").encode(), id="semicolons"),
    ],
)
def test_large_file_with_anything_odd_is_read_with_care(read_archive, content):
    assert read_archive({"messages.csv": content})["messages.csv"].clean is None


def test_line_that_does_not_fit_into_memory_is_refused(read_file):
    with pytest.raises(Refused, match="a line is longer than 8 MB"):
        read_file("messages.csv", MESSAGES.encode() + b"x" * (20 << 20))
