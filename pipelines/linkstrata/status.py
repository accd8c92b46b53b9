"""How a data home stands: what was loaded, how fresh it is, what wants attention, who is in which segment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from duckdb import CatalogException

from linkstrata.freshness import Source, sources
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import read_published

REASONS_AT_MOST = 10
"""Reasons of rejected rows that are shown, the most frequent first."""


@dataclass(frozen=True)
class Status:
    """What `linkstrata status` shows."""

    home: str
    today: date
    archives: list[tuple[str | None, str, str | None, str | None, date | None, str | None, str, int, str | None]]
    unreadable: list[tuple[str, str]]
    """Name and reason of each file that could not even be opened."""
    sources: dict[str, tuple[Source, ...]]
    """By owner, the kinds of files to fetch again and again."""
    unread: list[tuple[str, str, str | None, int, int, str]]
    rejected: list[tuple[str, int]]
    """Why rows could not be loaded, whatever their cells say, and how many."""
    broken_rules: list[tuple[str, str]]
    broken_segments: list[tuple[str, str]]
    segments: list[tuple[str, int]]
    titles: tuple[int, int]
    """How many contacts state a title, and of how many it tells neither level nor line of work."""


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
        # What a cell says stands between quotation marks.
        rejected = reader.execute(
            r"""
            select regexp_replace(reason, '''.*''', '…') as kind, count(*) as rows
            from rejected_rows group by all order by rows desc, kind
            """
        ).fetchall()
        newest = reader.execute(
            """
            select owner, source, max(exported_on) from archives
            where status <> 'quarantined' group by all order by owner
            """
        ).fetchall()
        connections = reader.execute(
            """
            select a.owner, max(a.exported_on) from archives as a join archive_files as f using (archive_id)
            where f.table_name = 'connections' and f.status = 'loaded' group by all
            """
        ).fetchall()
        try:
            unreadable = reader.execute("select file_name, reason from unreadable_files order by all").fetchall()
        except CatalogException:  # published before there was such a table
            unreadable = []
        segments = reader.execute("select segment, count(*) from contacts group by all order by 2 desc, 1").fetchall()
        broken = reader.execute("select tag, problem from tags where problem is not null order by tag").fetchall()
        try:
            broken_segments = reader.execute(
                "select segment, problem from saved_segments where problem is not null order by segment"
            ).fetchall()
        except CatalogException:  # published before there were any
            broken_segments = []
        try:
            ((stated, untold),) = reader.execute(
                "select count(position), count(position) filter (where seniority is null and function is null) "
                "from roles"
            ).fetchall()
        except CatalogException:  # published before titles were read
            stated, untold = 0, 0
    listed = dict(connections)
    by_owner = {
        owner: sources(listed.get(owner), {source: day for each, source, day in newest if each == owner})
        for owner in dict.fromkeys(owner for owner, _, _ in newest)
    }
    return Status(
        str(settings.home),
        settings.today,
        archives,
        unreadable,
        by_owner,
        unread,
        rejected,
        broken,
        broken_segments,
        segments,
        (stated, untold),
    )


def describe(status: Status) -> Iterator[str]:
    """The status as lines for a terminal."""
    yield f"{status.home}: {len(status.archives):,} files"
    for _, name, owner, source, exported_on, _, state, rows, reason in status.archives:
        facts = (str(exported_on or "no date"), source or "unread", owner or "no owner", f"{rows:,} rows", state)
        yield f"  {name}: {', '.join(facts)}{f' ({reason})' if reason else ''}"
    for name, reason in status.unreadable:
        yield f"  not readable, tried again with the next file: {name}: {reason}"
    for owner, kinds in status.sources.items():
        yield from _freshness(kinds, status.today, f" of {owner}" if len(status.sources) > 1 else "")
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
        total = sum(rows for _, rows in status.rejected)
        yield f'  {total:,} rows could not be read: linkstrata sql "from rejected_rows"'
        yield from (f"{rows:>12,}  {reason}" for reason, rows in status.rejected[:REASONS_AT_MOST])
        if further := status.rejected[REASONS_AT_MOST:]:
            yield f"{sum(rows for _, rows in further):>12,}  for {len(further):,} further reasons"
    for tag, problem in status.broken_rules:
        yield f"warning: rule tag {tag}: {problem}"
    for name, problem in status.broken_segments:
        yield f"warning: saved segment {name}: {problem}"
    for segment, count in status.segments:
        yield f"{count:>10,}  {segment}"
    stated, untold = status.titles
    if stated:
        yield f"{untold:,} of {stated:,} job titles ({untold / stated:.0%}) tell neither level nor line of work (roles)"


def _freshness(kinds: tuple[Source, ...], today: date, whose: str) -> Iterator[str]:
    """What there is of each kind and, where it is missing or old, what to fetch."""
    for source in kinds:
        age = source.age(today)
        if age is None:
            yield f"{source.kind}{whose}: none yet, for {source.gives}. {source.advice}"
        else:
            newest = f"{source.kind}{whose}: newest of {source.newest}, {age:,} day{'s' if age != 1 else ''} old"
            yield newest if source.state(today) == "fresh" else f"{newest}. Get the next one. {source.advice}"
