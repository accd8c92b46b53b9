"""Opens what a person hands over — a zip, a folder, one loose file — and lists its members, safely.

Knows bytes, paths and limits. What a member means is for the readers; where files are kept is for the warehouse.
Nothing is ever written under a name that a member chose.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, BinaryIO, cast

from linkstrata.exports.members import MemberFailed, OneLine

CHUNK = 1 << 20
MEMBERS_AT_MOST = 20_000
DIRECTORY_BYTES_AT_MOST = 16 << 20
"""A zip's central directory; the largest real archive has 44 entries and 4 KB."""
MEMBER_BYTES_AT_MOST = 8 << 30
TOTAL_BYTES_AT_MOST = 32 << 30
INFLATION_AT_MOST = 200
"""Times a member may grow when inflated, once it is larger than INFLATION_FREE_BYTES; real text grows 5 to 20 times."""
INFLATION_FREE_BYTES = 64 << 20

FOLDER_MARK = b"linkstrata: members of a folder"
"""Comment of the zip a folder is stored as, so that it is read as a folder again: by its members' digest and times."""

_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER_ARCHIVES = {
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "rar",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
}
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    EOFError,
    OSError,
)
"""What the standard library raises on zips that are broken in one way or another."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_END_OF_DIRECTORY = 22  # bytes of the record that closes a zip, before its comment


class Refused(OneLine):
    """The whole file cannot be accepted; its text is the one-line reason."""


@dataclass(frozen=True)
class Member:
    """One file of an export."""

    path: str
    """As in the container, with forward slashes; for a loose file its name."""
    size: int
    """Bytes once inflated."""
    modified: datetime | None
    """Naive; UTC for files on disk, as stored for members of a zip."""
    opener: Callable[[], BinaryIO] = field(repr=False, compare=False)
    scratch: Callable[[], Path] = field(repr=False, compare=False)
    file: Path | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The last part of the path."""
        return PurePosixPath(self.path).name

    def open(self) -> BinaryIO:
        """The member's bytes as a stream. Reading it raises MemberFailed where they are damaged."""
        return self.opener()

    def start(self, length: int = 8) -> bytes:
        """The first bytes, by which a file's real kind is known whatever its name says."""
        with self.open() as stream:
            return stream.read(length)

    def extract(self, directory: Path) -> Path:
        """The member as a file: the original of a loose one, else a fresh file in `directory`."""
        if self.file is not None:
            return self.file
        handle, name = tempfile.mkstemp(dir=directory, prefix="member-")
        with os.fdopen(handle, "wb") as target, self.open() as source:
            shutil.copyfileobj(source, target, CHUNK)
        return Path(name)

    def on_disk(self) -> Path:
        """The member as a file, inflated once into the export's scratch folder; it goes when the export is closed."""
        if self.file is not None:
            return self.file
        place = self.scratch() / hashlib.sha256(self.path.encode("utf-8", "surrogatepass")).hexdigest()
        if not place.exists():
            self.extract(self.scratch()).rename(place)
        return place


@dataclass
class Export:
    """An opened file or folder. Close it, or use it in a `with` block: its scratch folder goes then."""

    path: Path
    file_name: str
    archive_id: str
    is_folder: bool
    members: tuple[Member, ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()
    """Path and reason of each member left out for safety."""
    is_loose: bool = False
    """One file that is no container."""
    modified: datetime | None = None
    """When the file itself was last changed (UTC, naive); for a folder its newest member's time."""
    _zips: list[zipfile.ZipFile] = field(default_factory=list, repr=False)
    _scratch: tempfile.TemporaryDirectory[str] | None = field(default=None, repr=False)

    def scratch(self) -> Path:
        """A folder for inflated members, made on first use."""
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="linkstrata-")
        return Path(self._scratch.name)

    def require(self, archive_id: str) -> None:
        """Raises Refused unless this is what was opened."""
        if archive_id != self.archive_id:
            raise Refused(f"{self.file_name} changed while it was read; ingest it again once it is whole")

    def close(self) -> None:
        """Closes the container and removes the scratch folder."""
        for opened in self._zips:
            opened.close()
        self._zips.clear()
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def __enter__(self) -> Export:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def store(self, destination: Path) -> None:
        """Writes the file as it came, whole or not at all; a folder as one zip of its sorted members.

        Raises Refused where it is not any more what was opened: what was read of it may be neither.
        """
        handle, name = tempfile.mkstemp(dir=destination.parent, prefix=".storing-")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as target:
                if self.path.is_dir():
                    _write_folder(self.members, target)
                else:
                    digest = _copy(self.path, target)
                target.flush()
                os.fsync(target.fileno())
            if self.is_folder:
                with open_export(part, self.file_name) as kept:
                    digest = kept.archive_id
            self.require(digest)
            part.replace(destination)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def open_export(path: Path, file_name: str | None = None) -> Export:
    """Opens a zip, a folder or a single file. Raises Refused, with one line, where it cannot be accepted whole.

    `file_name` says what a stored file was called when it came.
    """
    name = file_name or path.resolve().name
    try:
        if path.is_dir():
            return _open_folder(path, name)
        _check_regular(path, name)
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError as error:
        raise Refused(f"{name} cannot be read: {error.strerror or error}") from None
    if start.startswith(_ZIP_STARTS) or (name.casefold().endswith(".zip") and zipfile.is_zipfile(path)):
        archive = _open_archive(path, name)
        if archive is not None:
            return archive
    elif name.casefold().endswith(".zip"):
        raise Refused(f"{name} is not a zip; download it again")
    for magic, kind in _OTHER_ARCHIVES.items():
        if start.startswith(magic):
            raise Refused(f"{name} is a {kind} archive; unpack it and ingest what is inside")
    return _open_loose(path, name)


def fingerprint(path: Path) -> str:
    """The archive_id alone: SHA-256 of the file; of a folder, over its sorted members. Raises Refused."""
    if path.is_dir():
        with _open_folder(path, path.resolve().name) as export:
            return export.archive_id
    _check_regular(path, path.name)
    return _digest_of_file(path)


def _check_regular(path: Path, name: str) -> None:
    """Refuses pipes and devices before they are opened: reading them might never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise Refused(f"{name} is not a regular file")


def _open_archive(path: Path, name: str) -> Export | None:
    """A zip's members; None where the zip is a workbook, which is one file to its reader."""
    export = Export(path, name, "", is_folder=False, modified=_utc(path.stat().st_mtime))
    is_archive = False
    try:
        is_archive = _open_zip(export)
        if export.is_folder:
            export.modified = _newest(export.members)
        export.archive_id = _folder_digest(export.members) if export.is_folder else _digest_of_file(path)
    except MemberFailed as failure:
        raise Refused(f"{name} is damaged ({failure}); restore it from a backup") from None
    finally:
        if not (is_archive and export.archive_id):
            export.close()
    return export if is_archive else None


def _digest_of_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copy(path: Path, target: IO[bytes]) -> str:
    """Copies a file and gives its SHA-256."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def _folder_digest(members: Iterable[Member]) -> str:
    digest = hashlib.sha256()
    for member in members:
        with member.open() as stream:
            content = hashlib.file_digest(cast(IO[bytes], stream), "sha256").hexdigest()  # type: ignore[arg-type]
        digest.update(f"{member.path}\0{member.size}\0{content}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _newest(members: Iterable[Member]) -> datetime | None:
    return max((member.modified for member in members if member.modified), default=None)


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _open_loose(path: Path, name: str) -> Export:
    facts = path.stat()
    when = _utc(facts.st_mtime)
    export = Export(path, name, _digest_of_file(path), is_folder=False, is_loose=True, modified=when)
    member = Member(name, facts.st_size, when, lambda: path.open("rb"), export.scratch, path)
    export.members = (member,)
    return export


def is_clutter(path: str) -> bool:
    """Files that operating systems leave behind: no content of an export."""
    parts = path.split("/")
    return (
        "__MACOSX" in parts or any(p.startswith(".") and p != ".." for p in parts) or parts[-1].casefold() in _CLUTTER
    )


_CLUTTER = {"thumbs.db", "desktop.ini", "ehthumbs.db"}


def _open_folder(path: Path, name: str) -> Export:
    export = Export(path, name, "", is_folder=True)
    members: list[Member] = []
    ignored: list[tuple[str, str]] = []
    for file in _walk(path):
        relative = unicodedata.normalize("NFC", file.relative_to(path).as_posix())
        if is_clutter(relative):
            continue
        facts = file.lstat()
        if stat.S_ISLNK(facts.st_mode):
            ignored.append((relative, "a link, not a file"))
        elif not stat.S_ISREG(facts.st_mode):
            ignored.append((relative, "not a regular file"))
        elif facts.st_size > MEMBER_BYTES_AT_MOST:
            ignored.append((relative, f"larger than {MEMBER_BYTES_AT_MOST >> 30} GB"))
        else:
            # Two seconds is what a zip can note: the stored folder must give the same time.
            when = _utc(int(facts.st_mtime) // 2 * 2)
            members.append(Member(relative, facts.st_size, when, _file_opener(file), export.scratch, file))
        if len(members) + len(ignored) > MEMBERS_AT_MOST:
            raise Refused(f"{name} holds more than {MEMBERS_AT_MOST:,} files; ingest the unzipped archive alone")
    export.members = tuple(sorted(members, key=lambda member: member.path))
    export.ignored = tuple(sorted(ignored))
    export.modified = _newest(members)
    try:
        export.archive_id = _folder_digest(export.members)
    except OSError as error:
        raise Refused(f"{name} cannot be read: {error.strerror or error}") from None
    return export


def _walk(folder: Path) -> Iterator[Path]:
    for place, directories, files in os.walk(folder):
        links = [name for name in directories if (Path(place) / name).is_symlink()]
        for name in (*files, *links):
            yield Path(place) / name


def _file_opener(file: Path) -> Callable[[], BinaryIO]:
    return lambda: file.open("rb")


def _write_folder(members: Iterable[Member], target: BinaryIO | IO[bytes]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = FOLDER_MARK
        for member in members:
            when = member.modified or datetime(1980, 1, 1)
            info = zipfile.ZipInfo(member.path, (min(max(when.year, 1980), 2107), *when.timetuple()[1:6]))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            info.file_size = member.size
            with member.open() as source, archive.open(info, "w") as sink:
                shutil.copyfileobj(source, sink, CHUNK)


def _open_zip(export: Export, inner: Path | None = None) -> bool:
    """Fills the export with a zip's members; False where the zip is a workbook."""
    name = export.file_name
    path = inner or export.path
    _check_directory(path, name)
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise Refused(f"{name} is damaged or incomplete ({_said_by(error)}); download it again") from None
    export._zips.append(archive)
    infos = archive.infolist()
    names = {info.filename for info in infos}
    if "[Content_Types].xml" in names and any(part.startswith(("xl/", "word/", "ppt/")) for part in names):
        return False
    export.is_folder = archive.comment == FOLDER_MARK and inner is None
    members, ignored, encrypted = _members_of_zip(export, archive, infos)
    if not members and encrypted:
        raise Refused(f"{name} is protected by a password; unpack it and ingest the folder")
    total = sum(member.size for member in members)
    if total > TOTAL_BYTES_AT_MOST or total > max(INFLATION_FREE_BYTES, path.stat().st_size * INFLATION_AT_MOST):
        raise Refused(f"{name} would inflate to {total:,} bytes; no LinkedIn export does")
    inner_zips = [member for member in members if member.name.casefold().endswith(".zip")]
    if len(members) == len(inner_zips) == 1 and inner is None and inner_zips[0].start(4) in _ZIP_STARTS:
        try:
            within = inner_zips[0].on_disk()
        except MemberFailed as error:
            raise Refused(f"{name} is damaged ({error}); download it again") from None
        return _open_zip(export, within)
    for member in inner_zips:
        members.remove(member)
        ignored.append((member.path, "a zip within the archive; ingest it by itself"))
    export.members = tuple(sorted(members, key=lambda member: member.path))
    export.ignored = tuple(sorted(ignored))
    return True


def _members_of_zip(
    export: Export, archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]
) -> tuple[list[Member], list[tuple[str, str]], bool]:
    chosen: dict[str, zipfile.ZipInfo] = {}
    ignored: list[tuple[str, str]] = []
    encrypted = False
    for info in infos:
        path = _printable(info.filename.replace("\\", "/"))
        if not path.startswith("/"):
            path = "/".join(part for part in path.split("/") if part not in ("", "."))
        if info.filename.endswith(("/", "\\")) or not path or is_clutter(path):
            continue
        reason = _why_unsafe(path, info)
        encrypted = encrypted or bool(info.flag_bits & 1)
        if reason is None and path in chosen:
            reason = "an earlier file of the same path"
            chosen[path] = info
        elif reason is None:
            chosen[path] = info
        if reason is not None:
            ignored.append((path, reason))
    members = [
        Member(path, info.file_size, _time_of(info, export.is_folder), _zip_opener(archive, info), export.scratch)
        for path, info in chosen.items()
    ]
    return members, ignored, encrypted


def _why_unsafe(path: str, info: zipfile.ZipInfo) -> str | None:
    if path.startswith("/") or re.match(r"[A-Za-z]:/", path):
        return "its path is absolute"
    if ".." in path.split("/"):
        return "its path leads out of the archive"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "a link, not a file" if kind == stat.S_IFLNK else "not a regular file"
    if info.flag_bits & 1:
        return "protected by a password"
    if info.compress_type not in _METHODS:
        return f"compressed by method {info.compress_type}, which is not supported"
    if info.file_size > MEMBER_BYTES_AT_MOST:
        return f"larger than {MEMBER_BYTES_AT_MOST >> 30} GB"
    if info.file_size > max(INFLATION_FREE_BYTES, info.compress_size * INFLATION_AT_MOST):
        return f"would inflate {info.file_size // max(info.compress_size, 1):,}-fold"
    return None


def _time_of(info: zipfile.ZipInfo, is_folder: bool) -> datetime | None:
    try:
        when = datetime(*info.date_time)
    except ValueError:
        return None
    # 1980-01-01 is what tools write that know no time.
    return None if when.year == 1980 and not is_folder else when


def _zip_opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        try:
            return io.BufferedReader(_Inflated(archive.open(info), info.file_size), CHUNK)
        except _DAMAGE as error:
            raise MemberFailed(f"damaged in the archive: {_said_by(error)}") from None

    return opened


class _Inflated(io.RawIOBase):
    """A member's bytes: damage becomes MemberFailed, and no more comes out than the archive declares."""

    def __init__(self, source: IO[bytes], declared: int) -> None:
        self._source = source
        self._left = declared

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._source.read(len(buffer))
        except _DAMAGE as error:
            raise MemberFailed(f"damaged in the archive: {_said_by(error)}") from None
        if not data and self._left > 0:
            raise MemberFailed("damaged in the archive: it ends early")
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._source.close()
        super().close()


def _check_directory(path: Path, name: str) -> None:
    """Refuses a zip by the record that closes it, before its directory is read into memory."""
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - 65_535 - _END_OF_DIRECTORY - 76))
        tail = stream.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + _END_OF_DIRECTORY:
        raise Refused(f"{name} is damaged or incomplete (its end is missing); download it again")
    entries = int.from_bytes(tail[place + 10 : place + 12], "little")
    length = int.from_bytes(tail[place + 12 : place + 16], "little")
    long_form = tail.rfind(b"PK\x06\x06", 0, place)
    if long_form >= 0 and (entries == 0xFFFF or length == 0xFFFFFFFF):
        entries = int.from_bytes(tail[long_form + 32 : long_form + 40], "little")
        length = int.from_bytes(tail[long_form + 40 : long_form + 48], "little")
    if entries > MEMBERS_AT_MOST or length > DIRECTORY_BYTES_AT_MOST:
        raise Refused(f"{name} lists more than {MEMBERS_AT_MOST:,} files; no LinkedIn export does")


def _printable(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "�", text)


def _said_by(error: BaseException) -> str:
    return str(error) or type(error).__name__
