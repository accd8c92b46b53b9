-- Follower totals: one for each day that has one. What a person typed goes before what exports report, and of these the
-- newest before the others.
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
select owner, day, followers from curation.follower_totals
union all
select r.owner, r.day, r.followers
from reported as r
left join curation.follower_totals as t on t.owner = r.owner and t.day = r.day
where r.choice = 1 and t.day is null
