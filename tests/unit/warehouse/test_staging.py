"""What the engine reads by itself out of a clean file is what the careful reader reads, and takes no more memory."""

from __future__ import annotations

import tempfile
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkstrata.exports import csv_files, typed_rows
from linkstrata.exports.catalogue import TABLES
from linkstrata.exports.container import open_export
from linkstrata.exports.frames import frame_schema
from linkstrata.exports.members import MemberFailed, MemberReading, Rejected
from linkstrata.warehouse import raw
from linkstrata.warehouse.raw import StagedMember, Staging

CONNECTIONS = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n" + "".join(
    f"Ada{number},Quill,https://www.linkedin.com/in/ada-{number},,Opal Labs,Analyst,{number + 10} Mar 2024\n"
    for number in range(9)
)
MESSAGES_HEADER = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,DATE,SUBJECT,CONTENT,FOLDER,IS MESSAGE DRAFT\n"
)
MESSAGES = MESSAGES_HEADER + "".join(
    f'2-{number}==,,Ada,https://www.linkedin.com/in/ada,Bo,2024-03-05 06:07:1{number} UTC,,"Hi, é {number}",INBOX,No\n'
    for number in range(9)
)
COURSES = "Name,Number\n" + "".join(f'"Course, the\n{number}",{number}\n' for number in range(9))
FILES = {"Connections.csv": CONNECTIONS, "messages.csv": MESSAGES, "Courses.csv": COURSES}

spoiling = st.sampled_from(
    ["", ",", "\n", "\r\n", "\r", ",,", " ", "0", "N/A", "\\", "maybe", "é", "\n\n", "; ", "7 Mar 2024", "\t"]
)
"""Quotation marks where none belong are another matter: each reader makes of them what it can."""


def staged(
    path: Path, connection: duckdb.DuckDBPyConnection
) -> tuple[bool, StagedMember, Counter[tuple[object, ...]], list[tuple[object, ...]]]:
    """Whether a file was offered to the engine, what is said of it, its rows, and those that were refused."""
    staging = Staging(connection)
    with open_export(path) as export:
        from linkstrata.exports.reading import read

        (member,) = read(export).members
        staging.add(member)
    said = staging.members[0]
    table = TABLES[str(said.table)]
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    rows = connection.execute(f"select digest, {columns} from temp.stage_{table.name}").fetchall()
    refused = "select line_number, reason, raw from temp.stage_rejected where path = $path order by line_number"
    rejected = connection.execute(refused, {"path": said.path}).fetchall()
    staging.drop()
    return member.clean is not None, said, Counter(rows), rejected


@given(
    name=st.sampled_from(list(FILES)),
    spoils=st.lists(st.tuples(st.floats(0.3, 1), st.integers(0, 4), spoiling, spoiling), min_size=1, max_size=3),
)
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
def test_the_engine_reads_what_the_careful_reader_reads(name: str, spoils: list[tuple[float, int, str, str]]) -> None:
    text = FILES[name]
    for where, gone, before, after in spoils:
        place = int(where * len(text))
        if '"' not in text[place : place + gone]:
            text = text[:place] + before + text[place + gone : place + gone + 7] + after + text[place + gone + 7 :]
    with (
        tempfile.TemporaryDirectory() as folder,
        duckdb.connect() as connection,
        pytest.MonkeyPatch.context() as patched,
    ):
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8", newline="")
        patched.setattr(csv_files, "SAMPLE_ROWS", 2)
        patched.setattr(csv_files, "LARGE_BYTES", 1 << 30)
        try:
            carefully = staged(path, connection)
        except Exception as refused:
            patched.setattr(csv_files, "LARGE_BYTES", 0)
            with pytest.raises(type(refused)):
                staged(path, connection)
            return
        patched.setattr(csv_files, "LARGE_BYTES", 0)
        assert staged(path, connection)[1:] == carefully[1:]


@pytest.mark.parametrize(
    "odd",
    ["202-03-05 06:07:11 UTC", "2024-03-05 06:7:11 UTC", "2024-03-05 06:07: UTC", "2024-02-30 06:07:11 UTC", "soon"],
)
def test_a_time_written_otherwise_is_rejected_from_a_large_file_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    monkeypatch.setattr(csv_files, "LARGE_BYTES", 0)
    monkeypatch.setattr(csv_files, "SAMPLE_ROWS", 2)
    path = tmp_path / "messages.csv"
    path.write_text(MESSAGES.replace("2024-03-05 06:07:15 UTC", odd), encoding="utf-8")
    with duckdb.connect() as connection:
        offered, _, rows, rejected = staged(path, connection)
    assert offered
    assert rows.total() == 8
    assert [(line, reason) for line, reason, _ in rejected] == [(7, f"DATE: '{odd}' is not a time")]


@pytest.mark.parametrize("bad", ["Ada", "Ada,,,,,,soon", "a,b,c,d,e,f,g,h"])
def test_a_file_of_nothing_but_bad_rows_is_not_in_memory_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    most = 0

    def takes(member: MemberReading) -> list[Rejected]:
        nonlocal most
        most = max(most, len(member.rejected))
        return take_rejected(member)

    take_rejected = MemberReading.take_rejected
    monkeypatch.setattr(MemberReading, "take_rejected", takes)
    monkeypatch.setattr(typed_rows, "REJECTED_AT_ONCE", 10)
    monkeypatch.setattr(typed_rows, "BATCH_ROWS", 10)
    path = tmp_path / "Connections.csv"
    path.write_text(CONNECTIONS + f"{bad}\n" * 95, encoding="utf-8")
    with duckdb.connect() as connection:
        _, said, rows, rejected = staged(path, connection)
    assert 0 < most <= 20
    assert (said.rows_in_file, said.rows_loaded, rows.total()) == (9 + 95, 9, 9)
    assert [(line, raw) for line, _, raw in rejected] == [(line, bad) for line in range(11, 11 + 95)]


def test_a_file_that_fails_on_the_way_leaves_nothing_behind() -> None:
    def fails(rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
        rejected.append(Rejected(2, "bad", "x"))
        schema = frame_schema(TABLES["skills"])
        yield pl.DataFrame([dict.fromkeys(schema)], schema=schema)
        raise MemberFailed("damaged in the archive: it ends early")

    with duckdb.connect() as connection:
        staging = Staging(connection)
        staging.add(MemberReading("Skills.csv", "skills", "loaded", read_rows=fails))
        assert [(said.status, said.rows_loaded, said.detail) for said in staging.members] == [
            ("failed", 0, "damaged in the archive: it ends early")
        ]
        for table in ("stage_skills", "stage_rejected"):
            assert connection.execute(f"select count(*) from temp.{table}").fetchall() == [(0,)]


def test_a_large_file_is_read_in_less_memory_than_it_has(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    row = MESSAGES.splitlines()[1].replace("Hi", "x" * 8_000) + "\n"
    with path.open("w", encoding="utf-8") as file:
        file.write(MESSAGES_HEADER)
        file.writelines(row for _ in range(9_000))
    with duckdb.connect(config={"temp_directory": str(tmp_path / "spill"), "threads": 1}) as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute("set memory_limit = '60MB'")
        offered, said, rows, _ = staged(path, connection)
    assert path.stat().st_size > 70_000_000
    assert (offered, said.rows_loaded, len(rows)) == (True, 9_000, 1)


def test_frames_are_let_go_before_their_transaction_ends() -> None:
    with duckdb.connect() as connection:
        connection.begin()
        frame = pl.DataFrame({"text": ["Ada"]})
        held = weakref.ref(frame)
        with raw._incoming(connection, frame):
            assert connection.execute("select text from incoming_frame").fetchall() == [("Ada",)]
        del frame
        assert held() is None
