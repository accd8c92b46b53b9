"""In which archives each row stood: spans over the export order, kept up to date one archive at a time.

`raw.<table>` holds every distinct row once; `raw.<table>_spans` says from which archive it stood and in which it was
first missing (0 while it still stands). Presence in every archive can be read off the spans, so an archive that
arrives late, or leaves, is worked in without its neighbours being read again, and a file that repeats what is known
writes nothing. What an absence *means* (a partial list proves none) is not decided here but in `sql/history/`.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

OPEN = 0
"""`until_archive` of a row that stands in the newest archive carrying its table."""


def create_spans(connection: DuckDBPyConnection, table: str) -> None:
    """Makes the spans table of one raw table."""
    connection.execute(
        f"create table if not exists raw.{table}_spans "
        "(row_id bigint not null, from_archive integer not null, until_archive integer not null)"
    )


def add_archive(connection: DuckDBPyConnection, table: str, owner: str, archive_no: int) -> None:
    """Works an archive's rows, listed in temp.present(row_id), into the spans of its owner.

    The archive is already in raw.archives and raw.carried. Its neighbours are the archives of the same owner that carry the
    same table, in export order.
    """
    _rank_archives(connection, table, owner)
    (rank, following) = _place(connection, archive_no)
    connection.execute(
        f"""
        create or replace temp table covering as
        select s.rowid as span, s.row_id, s.until_archive, p.row_id is not null as present
        from raw.{table}_spans as s
        join temp.carriers as f on f.archive_no = s.from_archive
        left join temp.carriers as u on u.archive_no = s.until_archive
        left join temp.present as p on p.row_id = s.row_id
        where f.rank < $rank and (u.rank is null or u.rank > $rank)
        """,
        {"rank": rank},
    )
    connection.execute(
        f"""
        insert into raw.{table}_spans
        select row_id, $following, until_archive from temp.covering
        where not present and until_archive <> $following and $following <> {OPEN}
        """,
        {"following": following},
    )
    connection.execute(
        f"update raw.{table}_spans set until_archive = $archive "
        "where rowid in (select span from temp.covering where not present)",
        {"archive": archive_no},
    )
    connection.execute(
        "create or replace temp table uncovered as select row_id from temp.present "
        "where row_id not in (select row_id from temp.covering)"
    )
    if following != OPEN:
        connection.execute(
            f"""
            create or replace temp table earlier as
            select s.rowid as span, s.row_id from raw.{table}_spans as s
            join temp.uncovered as n on n.row_id = s.row_id where s.from_archive = $following
            """,
            {"following": following},
        )
        connection.execute(
            f"update raw.{table}_spans set from_archive = $archive where rowid in (select span from temp.earlier)",
            {"archive": archive_no},
        )
        connection.execute("delete from temp.uncovered where row_id in (select row_id from temp.earlier)")
    connection.execute(
        f"insert into raw.{table}_spans select row_id, $archive, $following from temp.uncovered order by row_id",
        {"archive": archive_no, "following": following},
    )


def remove_archive(connection: DuckDBPyConnection, table: str, owner: str, archive_no: int) -> None:
    """Takes an archive out of the spans of its owner, and with it the rows that stood in no other.

    The archive must still be in raw.archives and raw.carried when this is called.
    """
    _rank_archives(connection, table, owner)
    (_, following) = _place(connection, archive_no)
    connection.execute(
        f"delete from raw.{table}_spans where from_archive = $archive and until_archive = $following",
        {"archive": archive_no, "following": following},
    )
    connection.execute(
        f"update raw.{table}_spans set from_archive = $following where from_archive = $archive",
        {"archive": archive_no, "following": following},
    )
    # a row missing in this archive alone stands through now: its span joins the one that begins right after
    connection.execute(
        f"""
        create or replace temp table rejoined as
        select before.rowid as span, after.rowid as gone, after.until_archive
        from raw.{table}_spans as before
        join raw.{table}_spans as after on after.row_id = before.row_id and after.from_archive = $following
        where before.until_archive = $archive and $following <> {OPEN}
        """,
        {"archive": archive_no, "following": following},
    )
    connection.execute(
        f"update raw.{table}_spans set until_archive = $following where until_archive = $archive",
        {"archive": archive_no, "following": following},
    )
    connection.execute(
        f"update raw.{table}_spans as s set until_archive = r.until_archive from temp.rejoined as r where s.rowid = r.span"
    )
    connection.execute(f"delete from raw.{table}_spans where rowid in (select gone from temp.rejoined)")
    connection.execute(
        f"delete from raw.{table} where owner = $owner and row_id not in (select row_id from raw.{table}_spans)",
        {"owner": owner},
    )


def _rank_archives(connection: DuckDBPyConnection, table: str, owner: str) -> None:
    connection.execute(
        """
        create or replace temp table carriers as
        select a.archive_no, row_number() over (order by a.exported_on, a.newest_member_at nulls first, a.archive_id) as rank
        from raw.archives as a
        join raw.carried as c on c.archive_no = a.archive_no and c.table_name = $table
        where a.owner = $owner
        """,
        {"owner": owner, "table": table},
    )


def _place(connection: DuckDBPyConnection, archive_no: int) -> tuple[int, int]:
    """The archive's rank, and the archive that follows it (OPEN when it is the newest)."""
    row = connection.execute(
        """
        select mine.rank, coalesce(following.archive_no, 0)
        from temp.carriers as mine left join temp.carriers as following on following.rank = mine.rank + 1
        where mine.archive_no = $archive
        """,
        {"archive": archive_no},
    ).fetchone()
    assert row is not None, "the archive is registered before its rows are placed"
    return int(row[0]), int(row[1])
