-- Follower totals as reported: one for each day that has one, the newest export's where several report the same day.
--
-- columns:
--   owner       slug of the member
--   day         the day of the total
--   followers   followers on that day
with reported as (
    select
        t.owner,
        t.day,
        t.total_followers as followers,
        row_number() over (partition by t.owner, t.day order by u.rank desc, t.digest) as choice
    from raw.creator_totals as t
    join raw.creator_totals_spans as s on s.row_id = t.row_id
    join staging.carriers as u
        on u.owner = t.owner and u.table_name = 'creator_totals' and u.archive_no = s.until_archive
    where t.day is not null and t.total_followers is not null
)
select owner, day, followers
from reported
where choice = 1
