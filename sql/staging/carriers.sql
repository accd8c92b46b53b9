-- Which archive carries which table, in export order: the time line that every span is read against.
-- Each line ends with a row for the export that has not come yet (archive_no 0), which closes what still stands.
--
-- columns:
--   owner         slug of the member whose exports these are
--   table_name    raw table that the archive has rows for
--   archive_no    the archive's number in the order of ingestion; 0 for the export still to come
--   archive_id    SHA-256 of the archive; NULL for the export still to come
--   rank          place in export order among the owner's archives that carry the table, from 1
--   exported_on   export date; 9999-12-31 for the export still to come
--   proves_absence  whether a person missing here is gone: not so where only the file's modification day dates it, nor
--                   where some of its rows could not be read
--   previous_on   export date of the archive before it, NULL for the first
--   previous_archive_id  the archive before it, NULL for the first
with unreadable as (
    select distinct f.archive_id, f.table_name
    from raw.archive_files as f
    join raw.rejected_rows as r on r.archive_id = f.archive_id and r.path = f.path
),
carried as (
    select
        a.owner,
        c.table_name,
        a.archive_no,
        a.archive_id,
        a.exported_on,
        a.exported_on_basis <> 'modified' and u.archive_id is null as proves_absence,
        coalesce(a.newest_member_at, timestamp '0001-01-01 00:00:00') as newest_member_at
    from raw.archives as a
    join raw.carried as c on c.archive_no = a.archive_no
    left join unreadable as u on u.archive_id = a.archive_id and u.table_name = c.table_name
),
with_end as (
    select owner, table_name, archive_no, archive_id, exported_on, proves_absence, newest_member_at from carried
    union all
    select distinct
        owner, table_name, 0, cast(null as varchar), date '9999-12-31', true, timestamp '0001-01-01 00:00:00'
    from carried
),
ranked as (
    select
        owner,
        table_name,
        archive_no,
        archive_id,
        exported_on,
        proves_absence,
        row_number() over (
            partition by owner, table_name
            order by archive_no = 0, exported_on, newest_member_at, archive_id
        ) as rank
    from with_end
)
select
    owner,
    table_name,
    archive_no,
    archive_id,
    rank,
    exported_on,
    proves_absence,
    lag(exported_on) over (partition by owner, table_name order by rank) as previous_on,
    lag(archive_id) over (partition by owner, table_name order by rank) as previous_archive_id
from ranked
