-- Every distinct row of Member_Follows.csv: people the member follows or no longer follows, by name alone.
--
-- columns:
--   row_id        the row in raw.member_follows
--   owner         slug of the member whose exports these are
--   archive_no    the archive that first taught the row
--   followed_at   when the state began, UTC
--   is_following  whether the row says Active rather than Unfollow; NULL where it says nothing
--   full_name     name as shown
--   match_name    name as compared
--   first_on      export date of the first file with the row
--   last_on       export date of the last file with the row
--   first_archive_id  the first file with the row
--   last_archive_id  the last file with the row
with stood as (
    select
        r.row_id,
        min(f.exported_on) as first_on,
        max(u.previous_on) as last_on,
        min(f.rank) as from_rank,
        max(u.rank) as until_rank
    from raw.member_follows_spans as s
    join raw.member_follows as r on r.row_id = s.row_id
    join staging.carriers as f
        on f.owner = r.owner and f.table_name = 'member_follows' and f.archive_no = s.from_archive
    join staging.carriers as u
        on u.owner = r.owner and u.table_name = 'member_follows' and u.archive_no = s.until_archive
    group by r.row_id
)
select
    m.row_id,
    m.owner,
    m.archive_no,
    m.followed_at,
    lower(nullif(trim(m.status), '')) = 'active' as is_following,
    m.full_name,
    n.match_name,
    s.first_on,
    s.last_on,
    b.archive_id as first_archive_id,
    e.previous_archive_id as last_archive_id
from raw.member_follows as m
join stood as s on s.row_id = m.row_id
join staging.carriers as b on b.owner = m.owner and b.table_name = 'member_follows' and b.rank = s.from_rank
join staging.carriers as e on e.owner = m.owner and e.table_name = 'member_follows' and e.rank = s.until_rank
left join raw.names as n on n.name = trim(m.full_name)
where n.match_name is not null
