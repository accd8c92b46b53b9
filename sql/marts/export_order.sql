-- The time line behind the history: which archive carries which table, in export order, and since when it is known.
--
-- columns:
--   owner           slug of the member whose exports these are
--   table_name      what the archive carries: connections, messages, follower_list, ...; acknowledgements for endorsements
--                   and recommendations together; any, and added for who was added by hand, for all archives in one line
--   rank            place in export order among the owner's archives with that table, from 1
--   archive_id      the archive
--   exported_on     its export date
--   ingested_at     when it was accepted, UTC
--   proves_absence  whether a person missing here is gone: a file dated by its modification day proves nothing, nor does
--                   a follower list that is not complete
select
    c.owner, c.table_name, c.rank, c.archive_id, c.exported_on, a.ingested_at,
    c.proves_absence and coalesce(l.is_complete, c.table_name <> 'follower_list') as proves_absence
from staging.carriers as c
join raw.archives as a on a.archive_no = c.archive_no
left join staging.follower_lists as l
    on c.table_name = 'follower_list' and l.owner = c.owner and l.archive_id = c.archive_id
where c.archive_no <> 0
union all
select o.owner, l.table_name, o.rank, o.archive_id, o.exported_on, a.ingested_at, false
from staging.archive_order as o
join raw.archives as a on a.archive_no = o.archive_no
join (
    select archive_no, 'acknowledgements' as table_name
    from staging.carriers
    where table_name like 'endorsements_%' or table_name like 'recommendations_%'
    union
    select archive_no, 'any' from staging.archive_order
    union
    select archive_no, 'added' from staging.archive_order
) as l on l.archive_no = o.archive_no
