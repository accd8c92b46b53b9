-- Follower totals: one for each day that has one. What a person typed goes before what workbooks report, and these before
-- what a saved page of followers says; of each kind the newest counts.
--
-- columns:
--   owner       slug of the member
--   day         the day of the total
--   followers   followers on that day
with stated as (
    select
        t.owner,
        t.day,
        t.total_followers as followers,
        'workbook' as source,
        u.rank,
        t.digest
    from raw.creator_totals as t
    join raw.creator_totals_spans as s on s.row_id = t.row_id
    join staging.carriers as u
        on u.owner = t.owner and u.table_name = 'creator_totals' and u.archive_no = s.until_archive
    union all
    select
        p.owner,
        coalesce(cast(p.observed_at as date), u.previous_on),
        p.total_followers,
        'page',
        u.rank,
        p.digest
    from raw.follower_list_totals as p
    join raw.follower_list_totals_spans as s on s.row_id = p.row_id
    join staging.carriers as u
        on u.owner = p.owner and u.table_name = 'follower_list_totals' and u.archive_no = s.until_archive
),
reported as (
    select
        owner,
        day,
        followers,
        row_number() over (partition by owner, day order by source desc, rank desc, digest) as choice
    from stated
    where day is not null and followers is not null
)
select owner, day, followers from curation.follower_totals
union all
select r.owner, r.day, r.followers
from reported as r
left join curation.follower_totals as t on t.owner = r.owner and t.day = r.day
where r.choice = 1 and t.day is null
