"""Reads an opened export: hands each member to the family that knows it, and says whose it is and of what day.

The families do the parsing; nothing is loaded here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import Literal

from linkstrata.exports import csv_files
from linkstrata.exports.articles import is_article, read_article
from linkstrata.exports.catalogue import table_of_file, table_of_header
from linkstrata.exports.container import Export, Member, Refused
from linkstrata.exports.encodings import encoding_of
from linkstrata.exports.list_tables import LIST_TABLES
from linkstrata.exports.members import MemberFailed, MemberReading, one_line
from linkstrata.exports.portability import SOURCE as PORTABILITY
from linkstrata.exports.portability import Snapshots

Basis = Literal["name", "content", "modified"]
"""What an export's day rests on: its name, times inside it, or only its modification day."""

ARCHIVE = "linkedin_archive"

_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_DELIMITED = {".csv", ".tsv", ".txt", ""}
_PAGES = {".html", ".htm", ".mhtml", ".mht"}
_JSON = {".json", ".jsonl", ".ndjson"}
_SAYS_NOTHING = re.compile(r"\W*no \w+ found\W*", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """What a person says of a file because the file does not."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    """Column to field, for the columns of a list that its header leaves unclear."""
    lists_followers: bool = False
    """The people in a list follow the member."""


NOTHING_TOLD = Told()


@dataclass
class Reading:
    """What an export holds. Valid until the export is closed."""

    source: str
    members: list[MemberReading]
    exported_on: date
    exported_on_basis: Basis
    newest_member_at: datetime | None
    owner_name: str | None


def read(export: Export, told: Told = NOTHING_TOLD) -> Reading:
    """The members of an export, each with its table and rows, or the reason why not.

    Raises Refused where nothing in it is known.
    """
    copies = _lesser_copies(export.members)
    snapshots = Snapshots()
    renamed = _may_be_renamed(export)
    apart = _sheets_apart(export) if not told.mapping and renamed else {}
    readings: list[MemberReading] = []
    sources: list[str] = []
    window: tuple[date, date] | None = None
    owner: str | None = None
    for member in export.members:
        if member.path in copies:
            readings.append(MemberReading(member.path, None, "skipped", copies[member.path]))
            continue
        try:
            found = apart.get(member.path) or _read_member(member, renamed, told, snapshots)
        except (MemberFailed, Refused) as failure:
            if export.is_loose:
                raise Refused(f"{export.file_name} cannot be read: {failure}") from None
            known = table_of_file(member.name)
            readings.append(MemberReading(member.path, known.name if known else None, "failed", str(failure)))
            continue
        readings.extend(found.members)
        if found.source:
            sources.append(found.source)
        window = window or found.window
        owner = owner or found.owner_name
    _tell_what_was_left_out(export, readings)
    if not sources and not re.search("linkedin_?data_?export", export.file_name, re.IGNORECASE):
        raise Refused(_nothing_known(export, readings))
    source = ARCHIVE if not sources or ARCHIVE in sources else sources[0]
    day, basis = _dated(export, readings, window)
    if snapshots.missing:
        # As with a file that no day is known of, nobody is gone for being absent.
        basis = "modified"
        for reading in readings:
            reading.detail = "; ".join(filter(None, (reading.detail, snapshots.missing)))
    # A loose file has no members, and its own time is that of its last copy.
    times = () if export.is_loose else (member.modified for member in export.members if member.modified)
    newest = max(times, default=None)
    return Reading(source, readings, day, basis, newest, _profile_name(readings) or owner)


def _tell_what_was_left_out(export: Export, readings: list[MemberReading]) -> None:
    """Names each member that was not opened, for safety: as one that failed, or beside the one of its path."""
    by_path = {reading.path: reading for reading in readings}
    for path, reason in export.ignored:
        if path in by_path:
            said = by_path[path]
            said.detail = "; ".join(filter(None, (said.detail, f"left out beside it: {reason}")))
        else:
            known = table_of_file(PurePosixPath(path).name)
            by_path[path] = MemberReading(path, known.name if known else None, "failed", one_line(reason))
            readings.append(by_path[path])


@dataclass
class _Found:
    members: list[MemberReading]
    source: str | None = None
    window: tuple[date, date] | None = None
    owner_name: str | None = None


def _read_member(member: Member, renamed: bool, told: Told, snapshots: Snapshots) -> _Found:
    if member.start(4) in _WORKBOOK_STARTS:
        return _read_workbook(member, renamed, told)
    suffix = PurePosixPath(member.path).suffix.casefold()
    if is_article(member.path):
        return _Found([read_article(member)], ARCHIVE)
    if suffix in _PAGES:
        return _read_page(member, renamed, told)
    if suffix in _JSON:
        return _read_json(member, renamed, told, snapshots)
    if suffix not in _DELIMITED:
        return _Found([MemberReading(member.path, None, "unrecognised", "no file that linkstrata knows")])
    return _read_delimited(member, renamed, told, suffix)


def _read_page(member: Member, renamed: bool, told: Told) -> _Found:
    from linkstrata.exports import lists, saved_pages

    if not renamed:
        return _Found([MemberReading(member.path, None, "unrecognised", "a page, but no article; ingest it by itself")])
    readings = saved_pages.read_page(member, told.lists_followers)
    if readings:
        return _Found(readings, lists.SOURCES[readings[0].table or ""])
    reason = "a page that shows nobody; scroll through the list before you save it"
    return _Found([MemberReading(member.path, None, "unrecognised", reason)])


def _read_json(member: Member, renamed: bool, told: Told, snapshots: Snapshots) -> _Found:
    if not renamed:
        # Programs that fetch snapshots write the same rows under the archive's names.
        return _Found([MemberReading(member.path, None, "skipped", "CSV files were read; ingest this one by itself")])
    if not told.mapping and (found := snapshots.read(member)):
        return _Found(found, PORTABILITY)
    listed = _read_list(member, renamed, told)
    return listed or _Found([MemberReading(member.path, None, "unrecognised", "no JSON that linkstrata knows")])


def _read_workbook(member: Member, renamed: bool, told: Told) -> _Found:
    from linkstrata.exports import sheet_tables, sheets, workbooks

    opened = sheets.read_sheets(member)
    analytics = workbooks.interpret(opened, [f"{member.path}#{sheet.name}" for sheet in opened], member.name)
    if analytics is not None:
        return _Found(analytics.members, analytics.source, analytics.period, analytics.display_name)
    tables = sheet_tables.read_sheet_tables(opened, member.path, member.name)
    if tables is not None:
        return _Found(tables, ARCHIVE)
    listed = _read_list(member, renamed, told)
    if listed is not None:
        return listed
    if table_of_file(member.name) is not None:
        raise MemberFailed("it is a workbook, and no sheet has the header of that file")
    return _Found([MemberReading(member.path, None, "unrecognised", "a workbook that linkstrata does not know")])


def _sheets_apart(export: Export) -> dict[str, _Found]:
    """By path, the CSV files that are sheets of a workbook."""
    from linkstrata.exports import sheet_files

    candidates = [member for member in export.members if table_of_file(member.name) is None]
    readings = sheet_files.read_sheets_apart(candidates, export.file_name)
    return {path: _Found(r.members, r.source, r.period, r.display_name) for path, r in readings.items()}


def _read_delimited(member: Member, renamed: bool, told: Told, suffix: str) -> _Found:
    if member.size == 0:
        raise MemberFailed("it has no content; export it again")
    encoding = encoding_of(member)
    named = table_of_file(member.name)
    if named is not None:
        layout = csv_files.find_layout(member, encoding, csv_files.header_score(named))
        if layout is not None:
            return _Found([csv_files.read_table(member, named, layout)], ARCHIVE)
    layout = csv_files.find_layout(member, encoding, csv_files.cells_given)
    if layout is None:
        most = f"{csv_files.COLUMNS_AT_MOST:,} cells"
        raise MemberFailed(f"its first lines are blank or of more than {most}: none can be a header; export it again")
    says = "".join(layout.header)
    if named is not None and layout.is_empty and _SAYS_NOTHING.fullmatch(says):
        return _Found([MemberReading(member.path, named.name, "empty", f"it says: {says}")], ARCHIVE)
    if not told.mapping and renamed:
        table = table_of_header(layout.header, member.name)
        if table is not None:
            return _Found([csv_files.read_table(member, table, layout)], ARCHIVE)
    listed = _read_list(member, renamed, told)
    if listed is not None:
        return listed
    if named is not None:
        raise MemberFailed(f"its first {csv_files.HEADER_RECORDS} records hold no header of {named.files[0]}.csv")
    if suffix == ".txt":
        return _Found([MemberReading(member.path, None, "unrecognised", "no file that linkstrata knows")])
    return _Found([csv_files.read_unknown(member, layout)])


def _read_list(member: Member, renamed: bool, told: Told) -> _Found | None:
    if not renamed:
        return None
    from linkstrata.exports import lists

    reading = lists.read_list(member, told.mapping, told.lists_followers)
    return _Found([reading], lists.SOURCES[reading.table]) if reading is not None and reading.table else None


def _may_be_renamed(export: Export) -> bool:
    """Whether members may go by other names than in an archive: a loose file, or a container of such."""
    return export.is_loose or not any(table_of_file(member.name) for member in export.members)


def _lesser_copies(members: Iterable[Member]) -> dict[str, str]:
    """Members that repeat another's file name deeper down, or are second downloads of it, with the reason."""
    best: dict[str, str] = {}
    lesser: dict[str, str] = {}

    def rank(member: Member) -> tuple[int, int, str]:
        return member.path.count("/"), len(member.name), member.path

    for member in sorted(members, key=rank):
        if table_of_file(member.name) is None:
            continue
        key = re.sub(r"(\s*\(\d+\))+(?=\.[a-z]+$)", "", member.name.casefold())
        if key in best:
            lesser[member.path] = f"{best[key]} was read; ingest this one by itself if it is of another day"
        else:
            best[key] = member.path
    return lesser


def _nothing_known(export: Export, readings: Sequence[MemberReading]) -> str:
    name = export.file_name
    if not readings:
        return f"{name} holds no files"
    if export.is_loose:
        if readings[0].table is not None:
            return f"{name} is {readings[0].detail}; if it lists people, say which column is which: --map COLUMN=FIELD"
        return f"{name} is {readings[0].detail}"
    if failed := next((reading for reading in readings if reading.status == "failed"), None):
        return f"{name} holds nothing that can be read; {failed.path}: {failed.detail}"
    return f"{name} holds no file that linkstrata knows (first: {readings[0].path})"


def _dated(export: Export, readings: Sequence[MemberReading], window: tuple[date, date] | None) -> tuple[date, Basis]:
    named = day_in_name(export.file_name)
    if named is not None:
        return named, "name"
    if window is not None:
        return window[1], "content"
    seen = _newest_row(readings)
    if seen is None and not export.is_folder and not export.is_loose:
        seen = max((member.modified for member in export.members if member.modified), default=None)
    if seen is not None:
        return seen.date(), "content"
    return (export.modified or datetime.now(UTC)).date(), "modified"


def day_in_name(name: str) -> date | None:
    """The later of the days a file name states: MM-DD-YYYY as in archives, YYYY-MM-DD with any mark or none
    between, or milliseconds since 1970."""
    days = [_day(match["year"], match["month"], match["day"]) for match in re.finditer(_ISO, name)]
    for match in re.finditer(_AMERICAN, name):
        # A month above 12 is a day: somebody renamed the file in another order.
        days.append(_day(match[3], match[1], match[2]) or _day(match[3], match[2], match[1]))
    days += [datetime.fromtimestamp(int(match[1]) / 1000, UTC).date() for match in re.finditer(_MILLISECONDS, name)]
    return max((day for day in days if day is not None), default=None)


_ISO = r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<mark>[-_.]?)(?P<month>\d{2})(?P=mark)(?P<day>\d{2})(?!\d)"
_AMERICAN = r"(?<!\d)(\d{1,2})-(\d{1,2})-((?:19|20)\d{2})(?!\d)"
_MILLISECONDS = r"_(1\d{12})(?!\d)"


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _newest_row(readings: Sequence[MemberReading]) -> datetime | None:
    observing = {table.name for table in LIST_TABLES if any(column.name == "observed_at" for column in table.columns)}
    moments = (moment for reading in readings if reading.table in observing for moment in _observed(reading))
    return max(moments, default=None)


def _observed(reading: MemberReading) -> Iterator[datetime]:
    with suppress(MemberFailed):
        for frame in reading.frames():
            reading.take_rejected()
            newest = frame["observed_at"].max()
            if isinstance(newest, datetime):
                yield newest


def _profile_name(readings: Sequence[MemberReading]) -> str | None:
    for reading in readings:
        if reading.table == "profile" and reading.status == "loaded":
            with suppress(MemberFailed):
                for frame in reading.frames():
                    for names in frame.select("first_name", "last_name").rows():
                        if name := " ".join(part for part in names if part):
                            return name
    return None
