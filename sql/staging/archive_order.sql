-- All of an owner's loaded archives in export order, whatever they carry.
--
-- columns:
--   owner        slug of the member whose exports these are
--   rank         place in export order, from 1
--   archive_no   the archive's number in the order of ingestion
--   archive_id   the archive
--   exported_on  its export date
select
    owner,
    row_number() over (
        partition by owner
        order by exported_on, coalesce(newest_member_at, timestamp '0001-01-01 00:00:00'), archive_id
    ) as rank,
    archive_no,
    archive_id,
    exported_on
from raw.archives
where owner is not null
