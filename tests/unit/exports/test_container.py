"""Zips, folders and loose files: what is opened, what is left out, what is refused, and what is kept."""

from __future__ import annotations

import hashlib
import io
import os
import re
import struct
import time
import tracemalloc
import zipfile
import zlib
from datetime import datetime
from pathlib import Path

import pytest

from linkstrata.exports import container
from linkstrata.exports.container import Export, Member, Refused, fingerprint, open_export
from linkstrata.exports.members import MemberFailed

WHEN = (2024, 3, 5, 6, 7, 8)


def packed(path: Path, *members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, WHEN), content, method)
    return path


def content(member: Member) -> bytes:
    with member.open() as stream:
        return stream.read()


def contents(export: Export) -> dict[str, bytes]:
    return {member.path: content(member) for member in export.members}


def flagged(path: Path, bit: int, name: bytes) -> Path:
    """Sets a general-purpose flag of one member, in the local header and in the central directory."""
    data = bytearray(path.read_bytes())
    local = data.index(name) - 30
    central = data.rindex(name) - 46
    for place in (local + 6, central + 8):
        struct.pack_into("<H", data, place, struct.unpack_from("<H", data, place)[0] | bit)
    path.write_bytes(data)
    return path


# --- what is opened ---


def test_zip_lists_members_by_path_and_time(tmp_path):
    path = packed(tmp_path / "a.zip", ("messages.csv", b"m"), ("Jobs/Saved Jobs.csv", b"jobs"))
    with open_export(path) as export:
        assert [(m.path, m.name, m.size, m.modified) for m in export.members] == [
            ("Jobs/Saved Jobs.csv", "Saved Jobs.csv", 4, datetime(*WHEN)),
            ("messages.csv", "messages.csv", 1, datetime(*WHEN)),
        ]
        assert contents(export) == {"Jobs/Saved Jobs.csv": b"jobs", "messages.csv": b"m"}
        assert export.archive_id == hashlib.sha256(path.read_bytes()).hexdigest() == fingerprint(path)
        assert export.file_name == "a.zip"


@pytest.mark.parametrize(
    "name",
    [
        "Basic_LinkedInDataExport_03-05-2024.zip.zip",
        "Complete_LinkedInDataExport_03-05-2024.zip (1).zip",
        "Basic_LinkedInDataExport_03-05-2024.zip (1)",
        "0f3a",
    ],
)
def test_zip_is_known_by_its_bytes_not_its_name(tmp_path, name):
    with open_export(packed(tmp_path / name, ("Connections.csv", b"c"))) as export:
        assert contents(export) == {"Connections.csv": b"c"}


def test_data_descriptors_are_read_by_the_central_directory(tmp_path):
    class Pipe(io.RawIOBase):
        """A target that cannot be sought, so that sizes follow the data as in LinkedIn's zips."""

        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.written += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Connections.csv", "First Name\nJosé\n" * 100)
    path = tmp_path / "streamed.zip"
    path.write_bytes(pipe.written)
    with zipfile.ZipFile(path) as archive:
        assert archive.infolist()[0].flag_bits & 0x08
    assert struct.unpack_from("<II", pipe.written, 18) == (0, 0)
    with open_export(path) as export:
        assert contents(export)["Connections.csv"].decode() == "First Name\nJosé\n" * 100


def test_zip64_is_read(tmp_path):
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w") as archive, archive.open("Connections.csv", "w", force_zip64=True) as member:
        member.write(b"c" * 1000)
    with open_export(path) as export:
        assert contents(export) == {"Connections.csv": b"c" * 1000}


def test_zip_with_something_written_before_it_is_read(tmp_path):
    path = packed(tmp_path / "a.zip", ("Connections.csv", b"c"))
    path.write_bytes(b"#!stub\n" + path.read_bytes())
    with open_export(path) as export:
        assert contents(export) == {"Connections.csv": b"c"}


def test_zip_whose_only_content_is_a_zip_is_opened(tmp_path):
    inner = packed(tmp_path / "inner.zip", ("Connections.csv", b"c"))
    outer = packed(tmp_path / "outer.zip", ("inner.zip", inner.read_bytes()), ("__MACOSX/._inner.zip", b"x"))
    with open_export(outer) as export:
        assert contents(export) == {"Connections.csv": b"c"}
        assert export.archive_id == hashlib.sha256(outer.read_bytes()).hexdigest()


def test_zip_in_a_zip_in_a_zip_is_not_opened(tmp_path):
    inner = packed(tmp_path / "inner.zip", ("Connections.csv", b"c"))
    middle = packed(tmp_path / "middle.zip", ("inner.zip", inner.read_bytes()))
    with open_export(packed(tmp_path / "outer.zip", ("middle.zip", middle.read_bytes()))) as export:
        assert export.members == ()
        assert export.ignored == (("inner.zip", "a zip within the archive; ingest it by itself"),)


def test_zips_beside_other_members_are_named(tmp_path):
    inner = packed(tmp_path / "inner.zip", ("Connections.csv", b"c")).read_bytes()
    with open_export(packed(tmp_path / "a.zip", ("part.zip", inner), ("Skills.csv", b"s"))) as export:
        assert contents(export) == {"Skills.csv": b"s"}
        assert export.ignored == (("part.zip", "a zip within the archive; ingest it by itself"),)


def test_workbook_is_one_file_though_it_is_a_zip(tmp_path):
    path = packed(tmp_path / "Content.xlsx", ("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<w/>"))
    with open_export(path) as export:
        assert [(member.path, member.size) for member in export.members] == [("Content.xlsx", path.stat().st_size)]
        assert export.is_loose


def test_clutter_of_operating_systems_is_left_out_silently(tmp_path):
    clutter = (
        "__MACOSX/._Connections.csv",
        "__MACOSX/Skills.csv",
        ".DS_Store",
        "other/.hidden",
        "Thumbs.db",
        "desktop.ini",
    )
    clutter += ("", "other/", "other\\")
    path = packed(tmp_path / "a.zip", *((name, b"x") for name in clutter), ("./Connections.csv", b"c"))
    with open_export(path) as export:
        assert contents(export) == {"Connections.csv": b"c"}
        assert export.ignored == ()


def test_colons_in_names_are_no_drive_letters(tmp_path):
    with open_export(packed(tmp_path / "a.zip", ("Articles/2018-01-02 03:04:05.html", b"<p>"))) as export:
        assert [member.path for member in export.members] == ["Articles/2018-01-02 03:04:05.html"]


# --- what is left out ---


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../Connections.csv", "its path leads out of the archive"),
        ("a/../../Connections.csv", "its path leads out of the archive"),
        ("..\\Connections.csv", "its path leads out of the archive"),
        ("/etc/Connections.csv", "its path is absolute"),
        ("C:\\Connections.csv", "its path is absolute"),
        ("\\\\server\\Connections.csv", "its path is absolute"),
    ],
)
def test_paths_out_of_the_archive_are_left_out(tmp_path, name, reason):
    with open_export(packed(tmp_path / "a.zip", (name, b"x"), ("Skills.csv", b"s"))) as export:
        assert contents(export) == {"Skills.csv": b"s"}
        assert [why for _, why in export.ignored] == [reason]


def test_link_in_a_zip_is_left_out(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("Connections.csv", WHEN)
        link.create_system = 3
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("Skills.csv", "s")
    with open_export(path) as export:
        assert contents(export) == {"Skills.csv": b"s"}
        assert export.ignored == (("Connections.csv", "a link, not a file"),)


def test_link_in_a_folder_is_left_out(tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "Profile.csv").write_text("p")
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "Skills.csv").write_text("s")
    (folder / "Connections.csv").symlink_to(secret / "Profile.csv")
    (folder / "more").symlink_to(secret)
    os.mkfifo(folder / "pipe.csv")
    with open_export(folder) as export:
        assert contents(export) == {"Skills.csv": b"s"}
        assert export.ignored == (
            ("Connections.csv", "a link, not a file"),
            ("more", "a link, not a file"),
            ("pipe.csv", "not a regular file"),
        )


def test_member_with_a_password_is_left_out(tmp_path):
    path = packed(tmp_path / "a.zip", ("Connections.csv", b"c"), ("Skills.csv", b"s"))
    with open_export(flagged(path, 1, b"Connections.csv")) as export:
        assert contents(export) == {"Skills.csv": b"s"}
        assert export.ignored == (("Connections.csv", "protected by a password"),)


def test_unusual_compression_is_left_out(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Connections.csv", "c", zipfile.ZIP_LZMA)
        archive.writestr("Skills.csv", "s")
    with open_export(path) as export:
        assert contents(export) == {"Skills.csv": b"s"}
        assert export.ignored == (("Connections.csv", "compressed by method 14, which is not supported"),)


def test_bomb_is_left_out(tmp_path):
    path = packed(tmp_path / "a.zip", ("Connections.csv", bytes(70 << 20)), ("Skills.csv", b"s"))
    with open_export(path) as export:
        assert contents(export) == {"Skills.csv": b"s"}
        ((name, reason),) = export.ignored
        assert (name, reason.startswith("would inflate 1,0")) == ("Connections.csv", True)


def test_bombs_that_stay_small_one_by_one_are_refused_together(tmp_path, monkeypatch):
    monkeypatch.setattr(container, "INFLATION_FREE_BYTES", 1 << 20)
    path = packed(tmp_path / "a.zip", *((f"{n}.csv", bytes(1 << 19)) for n in range(5)))
    with pytest.raises(Refused, match=r"a\.zip would inflate to 2,621,440 bytes"):
        open_export(path)


def test_more_than_fits_on_a_disk_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(container, "TOTAL_BYTES_AT_MOST", 100)
    with pytest.raises(Refused, match=r"a\.zip would inflate to 120 bytes"):
        open_export(packed(tmp_path / "a.zip", ("a.csv", os.urandom(60)), ("b.csv", os.urandom(60))))


def test_size_that_lies_is_found_while_reading(tmp_path):
    path = packed(tmp_path / "a.zip", ("Connections.csv", b"c" * 5000), ("Skills.csv", b"s"))
    data = bytearray(path.read_bytes())
    place = data.rindex(b"Connections.csv") - 46
    struct.pack_into("<I", data, place + 24, 10)
    path.write_bytes(data)
    with open_export(path) as export:
        members = {member.path: member for member in export.members}
        with pytest.raises(MemberFailed, match="damaged in the archive"):
            content(members["Connections.csv"])
        assert content(members["Skills.csv"]) == b"s"


def test_later_of_two_members_of_one_path_counts(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = packed(tmp_path / "a.zip", ("Skills.csv", b"old"), ("Skills.csv", b"new"))
    with open_export(path) as export:
        assert contents(export) == {"Skills.csv": b"new"}
        assert export.ignored == (("Skills.csv", "an earlier file of the same path"),)


def test_damaged_member_does_not_take_others_along(tmp_path):
    path = packed(tmp_path / "a.zip", ("Connections.csv", b"c" * 99), ("Skills.csv", b"s"), method=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"c" * 99, b"c" * 98 + b"d"))
    with open_export(path) as export:
        members = {member.path: member for member in export.members}
        with pytest.raises(MemberFailed, match="damaged in the archive: Bad CRC-32"):
            content(members["Connections.csv"])
        assert content(members["Skills.csv"]) == b"s"


def test_local_name_that_is_no_text_fails_the_member_alone(tmp_path):
    path = packed(tmp_path / "a.zip", ("Jobs/é.csv", b"x"), ("Skills.csv", b"s"))
    data = bytearray(path.read_bytes())
    data[data.index("é".encode())] = 0xFF
    path.write_bytes(data)
    with open_export(path) as export:
        members = {member.path: member for member in export.members}
        with pytest.raises(MemberFailed, match="damaged in the archive"):
            content(members["Jobs/é.csv"])
        assert content(members["Skills.csv"]) == b"s"


# --- what is refused ---


def test_password_on_everything_is_refused(tmp_path):
    path = flagged(packed(tmp_path / "a.zip", ("Connections.csv", b"c")), 1, b"Connections.csv")
    with pytest.raises(Refused, match="protected by a password"):
        open_export(path)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_truncated_zip_is_refused(tmp_path, kept):
    path = packed(tmp_path / "a.zip", *((f"{n}.csv", os.urandom(500)) for n in range(20)))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    with pytest.raises(Refused, match=r"a\.zip .*download it again"):
        open_export(path)


def test_million_members_are_refused_before_they_are_listed(tmp_path):
    path = packed(tmp_path / "a.zip", ("Skills.csv", b"s"))
    data = bytearray(path.read_bytes())
    end = data.rindex(b"PK\x05\x06")
    struct.pack_into("<HH", data, end + 8, 50_000, 50_000)
    path.write_bytes(data)
    with pytest.raises(Refused, match="more than 20,000 files"):
        open_export(path)


def test_million_members_that_are_not_counted_are_refused_in_time(tmp_path):
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"x"
    directory = entry * 1_000_000
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 7, 7, len(directory), 0, 0)
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04" + directory + end)
    began = time.monotonic()
    with pytest.raises(Refused, match="more than 20,000 files"):
        open_export(path)
    assert time.monotonic() - began < 1


def test_folder_of_too_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(container, "MEMBERS_AT_MOST", 3)
    for number in range(5):
        (tmp_path / f"{number}.csv").write_text("x")
    with pytest.raises(Refused, match="holds more than 3 files"):
        open_export(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.zip", b"not a zip at all", "a.zip is not a zip; download it again"),
        ("a.zip", b"", "a.zip is not a zip; download it again"),
        ("a.gz", b"\x1f\x8b\x08rest", "a.gz is a gzip archive; unpack it and ingest what is inside"),
        ("a.7z", b"7z\xbc\xaf\x27\x1crest", "a.7z is a 7z archive; unpack it and ingest what is inside"),
        ("a.rar", b"Rar!\x1a\x07rest", "a.rar is a rar archive; unpack it and ingest what is inside"),
    ],
)
def test_what_is_no_zip_is_refused(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused) as refusal:
        open_export(tmp_path / name)
    assert str(refusal.value) == reason


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(Refused, match=r"gone\.zip cannot be read: No such file"):
        open_export(tmp_path / "gone.zip")


def test_reasons_are_one_line_whatever_members_are_called(tmp_path):
    with open_export(packed(tmp_path / "a.zip", ("../a\nb\x1b[31m.csv", b"x"), ("Skills.csv", b"s"))) as export:
        assert [path for path, _ in export.ignored] == ["../a�b�[31m.csv"]


# --- zip64, and names that systems quarrel over ---


def test_directory_of_the_long_form_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 0)  # beyond it the directory has the long form
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("Connections.csv", "Skills.csv"):
            with archive.open(zipfile.ZipInfo(name, WHEN), "w", force_zip64=True) as member:
                member.write(name.encode() * 99)
    assert b"PK\x06\x06" in path.read_bytes()
    with open_export(path) as export:
        assert contents(export) == {name: name.encode() * 99 for name in ("Connections.csv", "Skills.csv")}


def test_million_members_of_the_long_form_are_refused_before_they_are_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 0)
    path = packed(tmp_path / "a.zip", ("Skills.csv", b"s"))
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x06\x06")
    struct.pack_into("<QQ", data, place + 24, 1_000_000, 1_000_000)
    struct.pack_into("<HH", data, data.rindex(b"PK\x05\x06") + 8, 0xFFFF, 0xFFFF)
    path.write_bytes(data)
    with pytest.raises(Refused, match="more than 20,000 files"):
        open_export(path)


RESERVED = ("CON.csv", "nul", "aux.txt", "COM1.csv", "Jobs/PRN.csv", "a:b.csv", "what?.csv", "trailing. ", "x" * 60_000)


def test_names_that_no_system_can_have_are_kept_under_names_of_our_own(tmp_path):
    with open_export(packed(tmp_path / "a.zip", *((name, name.encode()) for name in RESERVED))) as export:
        assert contents(export) == {name: name.encode() for name in RESERVED}
        for member in export.members:
            place = member.on_disk()
            assert re.fullmatch("[0-9a-f]{64}", place.name)
            assert place.read_bytes() == member.path.encode()


def test_names_that_differ_in_capitals_alone_stay_two_files(tmp_path):
    two = {"Connections.csv": b"one", "CONNECTIONS.csv": b"two"}
    with open_export(packed(tmp_path / "a.zip", *two.items())) as export:
        assert contents(export) == two
        assert {member.on_disk().read_bytes() for member in export.members} == {b"one", b"two"}


def test_name_ends_at_its_first_nul(tmp_path):
    path = packed(tmp_path / "a.zip", ("Skills.csv~.exe", b"s"), ("a/../~b.csv", b"x"))
    path.write_bytes(path.read_bytes().replace(b"~", b"\0"))
    with open_export(path) as export:
        assert contents(export) == {"Skills.csv": b"s"}
        assert export.ignored == ()  # what is left of the other's name is a folder's


@pytest.mark.parametrize("kind", [0o010644, 0o020644, 0o060644], ids=["pipe", "character device", "block device"])
def test_devices_in_a_zip_are_left_out(tmp_path, kind):
    info = zipfile.ZipInfo("Connections.csv", WHEN)
    info.create_system = 3
    info.external_attr = kind << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "c")
        archive.writestr("Skills.csv", "s")
    with open_export(tmp_path / "a.zip") as export:
        assert contents(export) == {"Skills.csv": b"s"}
        assert export.ignored == (("Connections.csv", "not a regular file"),)


# --- bombs ---


def test_member_that_hides_its_size_is_inflated_no_further_than_it_says(tmp_path):
    path = packed(tmp_path / "a.zip", ("Connections.csv", bytes(64 << 20)), ("Skills.csv", b"s"))
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"Connections.csv") - 46 + 24, 1)
    path.write_bytes(data)
    with open_export(path) as export:
        members = {member.path: member for member in export.members}
        assert members["Connections.csv"].size == 1
        tracemalloc.start()
        with pytest.raises(MemberFailed, match="damaged in the archive"):
            content(members["Connections.csv"])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 8 << 20
        assert content(members["Skills.csv"]) == b"s"


def test_bomb_in_a_zip_in_a_zip_is_left_out(tmp_path):
    inner = packed(tmp_path / "inner.zip", ("Connections.csv", bytes(70 << 20)), ("Skills.csv", b"s"))
    with open_export(packed(tmp_path / "outer.zip", ("inner.zip", inner.read_bytes()))) as export:
        assert contents(export) == {"Skills.csv": b"s"}
        assert [name for name, _ in export.ignored] == ["Connections.csv"]


def test_zip_that_inflates_to_a_bomb_of_a_zip_is_not_inflated(tmp_path):
    inner = packed(tmp_path / "inner.zip", ("Connections.csv", b"c"))
    path = packed(tmp_path / "a.zip", ("inner.zip", bytes(70 << 20) + inner.read_bytes()))
    with open_export(path) as export:
        assert export.members == ()
        ((name, reason),) = export.ignored
        assert (name, reason.startswith("would inflate")) == ("inner.zip", True)


def test_members_that_share_one_bomb_are_refused_together(tmp_path):
    path = packed(tmp_path / "a.zip", ("000.csv", bytes(1 << 20)))
    data = path.read_bytes()
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = b"".join(data[start:end].replace(b"000.csv", b"%03d.csv" % number) for number in range(100))
    closing = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 100, 100, len(entries), start, 0)
    path.write_bytes(data[:start] + entries + closing)
    with pytest.raises(Refused, match="would inflate to 104,857,600 bytes"):
        open_export(path)


def test_sound_looking_checksum_of_other_content_is_found(tmp_path):
    path = packed(tmp_path / "a.zip", ("Connections.csv", b"c" * 5000), ("Skills.csv", b"s"))
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"Connections.csv") - 46 + 16, zlib.crc32(b"d" * 5000))
    path.write_bytes(data)
    with open_export(path) as export:
        members = {member.path: member for member in export.members}
        with pytest.raises(MemberFailed, match="damaged in the archive: Bad CRC-32"):
            content(members["Connections.csv"])
        assert content(members["Skills.csv"]) == b"s"


# --- members on disk ---


def test_members_are_extracted_under_names_of_our_own(tmp_path):
    target = tmp_path / "out"
    target.mkdir()
    with open_export(packed(tmp_path / "a.zip", ("Jobs/Saved Jobs.csv", b"jobs"))) as export:
        (member,) = export.members
        place = member.extract(target)
        assert (place.parent, place.read_bytes()) == (target, b"jobs")
        assert "Saved" not in place.name


def test_scratch_folder_goes_with_the_export(tmp_path):
    with open_export(packed(tmp_path / "a.zip", ("Connections.csv", b"c"))) as export:
        (member,) = export.members
        place = member.on_disk()
        assert place == member.on_disk()
        assert place.read_bytes() == b"c"
    assert not place.exists()


def test_loose_file_stays_where_it_is(tmp_path):
    path = tmp_path / "Connections.csv"
    path.write_bytes(b"c")
    with open_export(path) as export:
        (member,) = export.members
        assert member.on_disk() == member.extract(tmp_path) == path
    assert path.exists()


# --- folders and what is kept ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "Basic_LinkedInDataExport_03-05-2024.zip"
    (root / "Jobs").mkdir(parents=True)
    for name, content, seconds in (
        ("Connections.csv", "c", 1_709_618_829),
        ("Jobs/Saved Jobs.csv", "j", 1_709_532_407),
    ):
        (root / name).write_text(content)
        os.utime(root / name, (seconds, seconds))
    (root / ".DS_Store").write_text("x")
    return root


def test_folder_is_read_like_an_archive(folder):
    with open_export(folder) as export:
        assert contents(export) == {"Connections.csv": b"c", "Jobs/Saved Jobs.csv": b"j"}
        assert (export.is_folder, export.file_name) == (True, folder.name)
        assert export.modified == datetime(2024, 3, 5, 6, 7, 8)


def test_unzipped_folder_may_be_called_a_zip(tmp_path):
    folder = tmp_path / "Basic_LinkedInDataExport_03-05-2024.zip"
    folder.mkdir()
    (folder / "Connections.csv").write_bytes(b"c")
    with open_export(folder) as export:
        assert (export.is_folder, contents(export)) == (True, {"Connections.csv": b"c"})


def test_folder_is_known_by_its_members_alone(folder):
    known = fingerprint(folder)
    (folder / ".DS_Store").write_text("other")
    os.utime(folder / "Connections.csv", (1, 1))
    assert fingerprint(folder) == known
    digests = "".join(
        f"{path}\0{1}\0{hashlib.sha256(content).hexdigest()}"
        for path, content in (("Connections.csv", b"c"), ("Jobs/Saved Jobs.csv", b"j"))
    )
    assert known == hashlib.sha256(digests.encode()).hexdigest()
    (folder / "Connections.csv").write_text("d")
    assert fingerprint(folder) != known


def test_stored_folder_is_read_as_the_folder_it_was(folder, tmp_path):
    stored = tmp_path / "stored"
    with open_export(folder) as export:
        export.store(stored)
        first = stored.read_bytes()
        export.store(stored)
        assert stored.read_bytes() == first
        with open_export(stored, folder.name) as again:
            assert again.is_folder
            assert again.archive_id == export.archive_id
            assert again.modified == export.modified
            assert [(m.path, m.size, m.modified) for m in again.members] == [
                (m.path, m.size, m.modified) for m in export.members
            ]
            assert contents(again) == contents(export)


def test_file_is_stored_byte_for_byte(tmp_path):
    path = packed(tmp_path / "a.zip", ("Connections.csv", b"c"))
    with open_export(path) as export:
        export.store(tmp_path / "kept")
    assert (tmp_path / "kept").read_bytes() == path.read_bytes()


def test_damage_to_a_stored_folder_is_refused(folder, tmp_path):
    stored = tmp_path / "stored"
    with open_export(folder) as export:
        export.store(stored)
    data = bytearray(stored.read_bytes())
    data[data.index(b"Connections.csv") + len(b"Connections.csv")] ^= 0xFF
    stored.write_bytes(data)
    with pytest.raises(Refused, match="stored is damaged"):
        open_export(stored)


def test_nothing_is_half_stored(folder, tmp_path):
    target = tmp_path / "kept"
    target.mkdir()
    with open_export(folder) as export:
        (folder / "Jobs/Saved Jobs.csv").unlink()
        with pytest.raises(OSError, match="Saved Jobs"):
            export.store(target / "stored")
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("becomes", [b"", b"Name\nDraw", b"Name\nDrawing\nSinging\n"])
@pytest.mark.parametrize("within_a_folder", [False, True])
def test_a_file_that_changed_since_it_was_opened_is_not_stored(tmp_path, becomes, within_a_folder):
    came = tmp_path / "came"
    came.mkdir()
    file = came / "Skills.csv"
    file.write_bytes(b"Name\nDrawing\n")
    kept = tmp_path / "kept"
    kept.mkdir()
    with open_export(came if within_a_folder else file) as export:
        file.write_bytes(becomes)
        with pytest.raises(Refused, match="changed while it was read; ingest it again once it is whole"):
            export.store(kept / "archive")
    assert list(kept.iterdir()) == []


def test_a_member_shorter_than_its_archive_says_is_damaged(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Skills.csv", "Name\nDrawing\n")
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 24] += 5
    path.write_bytes(content)
    with open_export(path) as export, export.members[0].open() as file, pytest.raises(MemberFailed, match="ends early"):
        file.read()


def test_stored_file_can_be_told_its_name(tmp_path):
    (tmp_path / "0f3a").write_bytes(b"c")
    with open_export(tmp_path / "0f3a", "Connections.csv") as export:
        assert [member.path for member in export.members] == ["Connections.csv"]
