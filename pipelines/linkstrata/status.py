"""How a data home stands: what was loaded, how fresh it is, what wants attention, who is in which segment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from duckdb import CatalogException

from linkstrata.settings import Settings
from linkstrata.warehouse.connection import read_published

STALE_AFTER_DAYS = 31
"""LinkedIn shows what is now, never what was: a month without an export is a month that can't be told apart later."""


@dataclass(frozen=True)
class Status:
    """What `linkstrata status` shows."""

    home: str
    today: date
    archives: list[tuple[str | None, str, str | None, str | None, date | None, str | None, str, int, str | None]]
    unread: list[tuple[str, str, str | None, int, int, str]]
    rejected: int
    broken_rules: list[tuple[str, str]]
    broken_segments: list[tuple[str, str]]
    segments: list[tuple[str, int]]


def read_status(settings: Settings) -> Status:
    """Reads the state of the published database. Raises connection.NotPublished where nothing is published yet."""
    with read_published(settings.published_database) as reader:
        archives = reader.execute(
            """
            select archive_id, file_name, owner, source, exported_on, exported_on_basis, status, row_count, reason
            from archives order by exported_on nulls last, file_name
            """
        ).fetchall()
        unread = reader.execute(
            """
            select f.status, f.path, f.detail, count(*), sum(f.rows_in_file)::bigint, max(a.file_name)
            from archive_files as f join archives as a using (archive_id)
            where f.status in ('failed', 'unrecognised') or (f.status <> 'empty' and f.detail is not null)
            group by all order by f.status, f.path, f.detail
            """
        ).fetchall()
        rejected = reader.execute("select count(*) from rejected_rows").fetchall()[0][0]
        segments = reader.execute("select segment, count(*) from contacts group by all order by 2 desc, 1").fetchall()
        broken = reader.execute("select tag, problem from tags where problem is not null order by tag").fetchall()
        try:
            broken_segments = reader.execute(
                "select segment, problem from saved_segments where problem is not null order by segment"
            ).fetchall()
        except CatalogException:  # published before there were any
            broken_segments = []
    return Status(str(settings.home), settings.today, archives, unread, rejected, broken, broken_segments, segments)


def describe(status: Status) -> Iterator[str]:
    """The status as lines for a terminal."""
    yield f"{status.home}: {len(status.archives):,} files"
    for _, name, owner, source, exported_on, _, state, rows, reason in status.archives:
        facts = (str(exported_on or "no date"), source or "unread", owner or "no owner", f"{rows:,} rows", state)
        yield f"  {name}: {', '.join(facts)}{f' ({reason})' if reason else ''}"
    dated = [archive[4] for archive in status.archives if archive[3] == "linkedin_archive" and archive[4]]
    if dated:
        age = (status.today - max(dated)).days
        yield f"newest archive: {max(dated)}, {age} day{'s' if age != 1 else ''} old"
        if age > STALE_AFTER_DAYS:
            yield "warning: request a new archive from LinkedIn: what changes between two exports can't be told later"
    for archive in status.archives:
        if archive[5] == "modified":
            yield (
                f"warning: {archive[1]} is dated by its modification day alone and disconnects nobody: "
                f"say its day with `linkstrata ingest FILE --on YYYY-MM-DD`"
            )
    for state, path, detail, files, rows, file_name in status.unread:
        where = file_name if files == 1 else f"{files:,} files"
        yield f"  {state}: {path} in {where}{f', {rows:,} rows' if rows else ''}{f': {detail}' if detail else ''}"
    if status.rejected:
        yield f'  {status.rejected:,} rows could not be read: linkstrata sql "from rejected_rows"'
    for tag, problem in status.broken_rules:
        yield f"warning: rule tag {tag}: {problem}"
    for name, problem in status.broken_segments:
        yield f"warning: saved segment {name}: {problem}"
    for segment, count in status.segments:
        yield f"{count:>10,}  {segment}"
