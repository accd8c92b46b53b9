"""Reads small files and archives through the front door, and checks on the way that their accounts balance."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from linkstrata.exports.container import open_export
from linkstrata.exports.members import CleanFile, MemberReading, Rejected
from linkstrata.exports.reading import Reading, Told, read

ARCHIVE_NAME = "Basic_LinkedInDataExport_03-05-2024.zip"


@dataclass
class Rows:
    """All that reading one member gave."""

    path: str
    table: str | None
    status: str
    detail: str | None
    clean: CleanFile | None
    frame: pl.DataFrame
    rejected: list[Rejected]

    def column(self, name: str) -> list[Any]:
        return self.frame[name].to_list()

    def only(self) -> dict[str, Any]:
        """The one row there is."""
        assert self.frame.height == 1, self.frame
        return self.frame.row(0, named=True)


@dataclass
class Archive:
    """All that reading one export gave."""

    reading: Reading
    files: dict[str, Rows]

    def __getitem__(self, path: str) -> Rows:
        return self.files[path]


def collected(member: MemberReading) -> Rows:
    frames = list(member.frames())
    frame = pl.concat(frames) if frames else pl.DataFrame()
    assert member.rows_in_file == frame.height + len(member.rejected)
    return Rows(member.path, member.table, member.status, member.detail, member.clean, frame, list(member.rejected))


def read_path(path: Path, file_name: str | None = None, mapping: Mapping[str, str] | None = None) -> Archive:
    with open_export(path, file_name) as export:
        reading = read(export, Told(mapping or {}))
        return Archive(reading, {member.path: collected(member) for member in reading.members})


def write_zip(path: Path, files: Mapping[str, str | bytes], when: tuple[int, int, int, int, int, int]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, when), content, zipfile.ZIP_DEFLATED)
    return path


ReadFile = Callable[..., Rows]
ReadArchive = Callable[..., Archive]


@pytest.fixture
def read_file(tmp_path: Path) -> ReadFile:
    """Reads one loose file of the given name and content."""

    def reads(name: str, content: str | bytes) -> Rows:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_path(path)[name]

    return reads


@pytest.fixture
def read_archive(tmp_path: Path) -> ReadArchive:
    """Reads a zip of the given files."""

    def reads(
        files: Mapping[str, str | bytes],
        name: str = ARCHIVE_NAME,
        when: tuple[int, int, int, int, int, int] = (2024, 3, 5, 6, 7, 8),
    ) -> Archive:
        return read_path(write_zip(tmp_path / name, files, when))

    return reads
