"""In which archives each row stood: spans over the export order, kept up to date one archive at a time.

`raw.<table>` holds every distinct row once; `raw.<table>_spans` says from which archive it stood and in which it was
first missing (0 while it still stands). Presence in every archive can be read off the spans, so an archive that
arrives late, or leaves, is worked in without its neighbours being read again, and a file that repeats what is known
writes nothing. What an absence *means* (a partial list proves none) is not decided here but in `sql/history/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

OPEN = 0
"""`until_archive` of a row that stands in the newest archive carrying its table."""

COLUMNS = {"row_id": "bigint", "owner": "varchar", "from_archive": "integer", "until_archive": "integer"}


@dataclass(frozen=True)
class Place:
    """Where an archive stands among those of its owner that carry one table: `following` is OPEN for the newest."""

    rank: int
    following: int


def rank_archives(connection: DuckDBPyConnection, owner: str, archive_no: int) -> Mapping[str, Place]:
    """The archive's place in the export order of each table it carries; leaves all ranks in temp.carriers.

    The archive is in raw.archives and raw.carried already.
    """
    connection.execute(
        """
        create or replace temp table carriers as
        select c.table_name, a.archive_no,
               row_number() over (
                   partition by c.table_name
                   order by a.exported_on, a.newest_member_at nulls first, a.archive_id
               ) as rank
        from raw.archives as a join raw.carried as c on c.archive_no = a.archive_no
        where a.owner = $owner
        """,
        {"owner": owner},
    )
    rows = connection.execute(
        """
        select mine.table_name, mine.rank, coalesce(following.archive_no, 0)
        from temp.carriers as mine
        left join temp.carriers as following
            on following.table_name = mine.table_name and following.rank = mine.rank + 1
        where mine.archive_no = $archive
        """,
        {"archive": archive_no},
    ).fetchall()
    return {table: Place(rank, following) for table, rank, following in rows}


def add_archive(connection: DuckDBPyConnection, table: str, owner: str, archive_no: int, place: Place) -> None:
    """Works an archive's rows, listed in temp.present(row_id), into the spans of its owner."""
    values: dict[str, object] = {"owner": owner, "archive": archive_no}
    if place.following != OPEN:
        _insert_between(connection, table, values | {"rank": place.rank, "following": place.following, "table": table})
        return
    changed = connection.execute(
        f"""
        create or replace temp table changed as
        select s.span, p.row_id
        from (select rowid as span, row_id from raw.{table}_spans where owner = $owner and until_archive = {OPEN}) as s
        full join temp.present as p on p.row_id = s.row_id
        where s.row_id is null or p.row_id is null
        """,
        {"owner": owner},
    ).fetchall()
    if changed == [(0,)]:  # most tables of a monthly archive say what the last one said
        return
    if place.rank > 1:
        connection.execute(
            f"update raw.{table}_spans set until_archive = $archive "
            "where rowid in (select span from temp.changed where span is not null)",
            {"archive": archive_no},
        )
    connection.execute(
        f"""
        insert into raw.{table}_spans (row_id, owner, from_archive, until_archive)
        select row_id, $owner, $archive, {OPEN} from temp.changed where span is null order by row_id
        """,
        values,
    )


def _insert_between(connection: DuckDBPyConnection, table: str, values: Mapping[str, object]) -> None:
    """A late archive: it splits the spans of rows it does not have, and joins or adds to those of rows it has."""
    connection.execute(
        f"""
        create or replace temp table covering as
        select s.rowid as span, s.row_id, s.until_archive, p.row_id is not null as present
        from raw.{table}_spans as s
        join temp.carriers as f on f.archive_no = s.from_archive and f.table_name = $table
        left join temp.carriers as u on u.archive_no = s.until_archive and u.table_name = $table
        left join temp.present as p on p.row_id = s.row_id
        where s.owner = $owner and f.rank < $rank and (u.rank is null or u.rank > $rank)
        """,
        {key: values[key] for key in ("owner", "rank", "table")},
    )
    placed = {key: values[key] for key in ("owner", "archive", "following")}
    connection.execute(
        f"""
        insert into raw.{table}_spans (row_id, owner, from_archive, until_archive)
        select row_id, $owner, $following, until_archive from temp.covering
        where not present and until_archive <> $following
        """,
        {key: placed[key] for key in ("owner", "following")},
    )
    connection.execute(
        f"update raw.{table}_spans set until_archive = $archive "
        "where rowid in (select span from temp.covering where not present)",
        {"archive": placed["archive"]},
    )
    connection.execute(
        "create or replace temp table uncovered as select row_id from temp.present "
        "where row_id not in (select row_id from temp.covering)"
    )
    connection.execute(
        f"""
        create or replace temp table earlier as
        select s.rowid as span, s.row_id from raw.{table}_spans as s
        join temp.uncovered as n on n.row_id = s.row_id where s.owner = $owner and s.from_archive = $following
        """,
        {key: placed[key] for key in ("owner", "following")},
    )
    connection.execute(
        f"update raw.{table}_spans set from_archive = $archive where rowid in (select span from temp.earlier)",
        {"archive": placed["archive"]},
    )
    connection.execute(
        f"""
        insert into raw.{table}_spans (row_id, owner, from_archive, until_archive)
        select row_id, $owner, $archive, $following from temp.uncovered
        where row_id not in (select row_id from temp.earlier) order by row_id
        """,
        placed,
    )


def remove_archive(connection: DuckDBPyConnection, table: str, owner: str, archive_no: int, place: Place) -> None:
    """Takes an archive out of the spans of its owner, and with it the rows that stood in no other."""
    values: dict[str, object] = {"owner": owner, "archive": archive_no, "following": place.following}
    connection.execute(
        f"""
        delete from raw.{table}_spans
        where owner = $owner and from_archive = $archive and until_archive = $following
        """,
        values,
    )
    connection.execute(
        f"update raw.{table}_spans set from_archive = $following where owner = $owner and from_archive = $archive",
        values,
    )
    # a row missing in this archive alone stands through now: its span joins the one that begins right after
    connection.execute(
        f"""
        create or replace temp table rejoined as
        select before.rowid as span, after.rowid as gone, after.until_archive
        from raw.{table}_spans as before
        join raw.{table}_spans as after on after.row_id = before.row_id and after.from_archive = $following
        where before.owner = $owner and before.until_archive = $archive and $following <> {OPEN}
        """,
        values,
    )
    connection.execute(
        f"update raw.{table}_spans set until_archive = $following where owner = $owner and until_archive = $archive",
        values,
    )
    connection.execute(
        f"update raw.{table}_spans as s set until_archive = r.until_archive "
        "from temp.rejoined as r where s.rowid = r.span"
    )
    connection.execute(f"delete from raw.{table}_spans where rowid in (select gone from temp.rejoined)")
    connection.execute(
        f"delete from raw.{table} where owner = $owner and row_id not in (select row_id from raw.{table}_spans)",
        {"owner": owner},
    )
