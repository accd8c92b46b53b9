-- New followers of each day as reported: the newest export's figure where windows overlap.
--
-- columns:
--   owner          slug of the member
--   day            the day
--   new_followers  followers gained that day; who left is not in the report
with reported as (
    select
        g.owner,
        g.day,
        g.new_followers,
        row_number() over (partition by g.owner, g.day order by u.rank desc, g.digest) as choice
    from raw.creator_followers_daily as g
    join raw.creator_followers_daily_spans as s on s.row_id = g.row_id
    join staging.carriers as u
        on u.owner = g.owner and u.table_name = 'creator_followers_daily' and u.archive_no = s.until_archive
    where g.day is not null and g.new_followers is not null
)
select owner, day, new_followers
from reported
where choice = 1
