-- Every row read is loaded or listed as rejected: for each loaded file the two add up to the rows in the file.
--
-- guards: marts.archive_files
with rejected as (
    select archive_id, path, count(*) as rejected_rows
    from raw.rejected_rows
    group by archive_id, path
)
select f.archive_id, f.path, f.rows_in_file, f.rows_loaded, r.rejected_rows
from marts.archive_files as f
left join rejected as r on r.archive_id = f.archive_id and r.path = f.path
where f.status = 'loaded' and f.rows_in_file <> f.rows_loaded + coalesce(r.rejected_rows, 0)
