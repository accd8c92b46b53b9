"""Makes the files of a life's requests: the one place of the sample that writes to disk.

The same life and request give the same bytes. What stands in the files is said in `network_files`, `activity_files`,
`profile_files`, `workbooks` and `follower_lists`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO

from linkstrata.sample import activity_files, network_files, profile_files
from linkstrata.sample.follower_lists import follower_list
from linkstrata.sample.life import Life
from linkstrata.sample.requests import EXPORT_TIME, Archive, Contents, FollowerList, Request, Workbook
from linkstrata.sample.showing import Showing
from linkstrata.sample.text_files import Dialect, TextFile
from linkstrata.sample.workbooks import write_workbook


def write_all(life: Life, requests: Sequence[Request], folder: Path) -> list[Path]:
    """Writes a file for each request, in a sub-folder where a file of that name is there already."""
    paths: list[Path] = []
    for number, request in enumerate(requests):
        path = folder / file_name(life, request)
        paths.append(write(life, request, folder / str(number) if path in paths else folder))
    return paths


def file_name(life: Life, request: Request) -> str:
    """The name that the file has when the member downloads it."""
    return request.file_name(" ".join(life.owner_name)) if isinstance(request, Workbook) else request.file_name


def write(life: Life, request: Request, folder: Path) -> Path:
    """Writes the file of one request and gives its path. A file of that name is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(life, request)
    match request:
        case Archive():
            with path.open("wb") as out:
                _write_zip(out, archive_files(life, request), request.day)
        case Workbook():
            write_workbook(life, request, path)
        case FollowerList():
            with path.open("w", encoding="utf-8", newline="") as text:
                follower_list(life, request).write(text)
    return path


def archive_files(life: Life, request: Archive) -> Iterator[TextFile]:
    """What is in the archive, in the order in which it is written; rows are made while they are read."""
    showing, formats = Showing(life, request.day), request.formats
    if request.contents is Contents.CONNECTIONS:
        yield network_files.connections(showing, formats)
        return
    yield profile_files.profile(life, formats)
    if request.lists_connections:
        yield network_files.connections(showing, formats)
    yield network_files.messages(showing, formats)
    yield network_files.invitations(showing, formats)
    if not request.has_endorsements:
        return
    yield network_files.company_follows(showing)
    for given in (True, False):
        yield network_files.endorsements(showing, formats, given)
        yield network_files.recommendations(showing, given)
    yield from profile_files.profile_parts(showing, formats)
    if request.contents is Contents.BASIC:
        return
    dialect = Dialect.CARRIAGE_RETURN if formats.activity_breaks_lines else Dialect.LINE_FEED
    yield network_files.member_follows(showing, dialect)
    yield activity_files.shares(showing, formats, dialect)
    yield activity_files.comments(showing, formats, dialect)
    yield activity_files.reactions(showing, dialect)
    yield from activity_files.small_activity(showing, formats, dialect)


class _Unseekable(io.RawIOBase):
    """Hides that a file can be sought, so that sizes follow the data, as in LinkedIn's own archives."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        return self._out.write(data)


def _write_zip(out: BinaryIO, files: Iterable[TextFile], day: date) -> None:
    """No folder entries, every member dated with the export; sizes stand in data descriptors and the directory."""
    with zipfile.ZipFile(_Unseekable(out), "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            member = zipfile.ZipInfo(file.path, (day.year, day.month, day.day, *EXPORT_TIME))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            member.external_attr = 0
            with (
                archive.open(member, "w") as binary,
                io.TextIOWrapper(binary, encoding=file.encoding, newline="") as text,
            ):
                file.write(text)
