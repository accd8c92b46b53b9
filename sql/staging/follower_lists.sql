-- Every follower list with how many people it names and whether it names all: declared so, or at least 99 % of the
-- follower total reported nearest to it.
--
-- columns:
--   owner          slug of the member whose followers these are
--   archive_id     the list
--   rank           place in export order among the owner's lists
--   exported_on    day of the list
--   people         distinct people it names
--   nearest_total  follower total reported nearest to its day, the later on a tie; NULL where none was reported
--   is_complete    whether it names every follower
with lists as (
    select c.owner, c.archive_id, c.rank, c.exported_on, a.complete as is_declared
    from staging.carriers as c
    join raw.archives as a on a.archive_no = c.archive_no
    where c.table_name = 'follower_list' and c.archive_no <> 0
),
counted as (
    select
        l.owner,
        l.archive_id,
        count(distinct coalesce(p.person_key, 'named:' || p.match_name)) as people
    from lists as l
    join staging.listed_people as p on p.owner = l.owner and p.from_rank <= l.rank and p.until_rank > l.rank
    group by l.owner, l.archive_id
),
totals as (
    select
        l.owner,
        l.archive_id,
        t.followers,
        row_number() over (
            partition by l.owner, l.archive_id
            order by abs(date_diff('day', l.exported_on, t.day)), t.day desc
        ) as nearness
    from lists as l
    join staging.follower_totals as t on t.owner = l.owner
)
select
    l.owner,
    l.archive_id,
    l.rank,
    l.exported_on,
    coalesce(c.people, 0) as people,
    t.followers as nearest_total,
    l.is_declared or coalesce(c.people >= 0.99 * t.followers, false) as is_complete
from lists as l
left join counted as c on c.owner = l.owner and c.archive_id = l.archive_id
left join totals as t on t.owner = l.owner and t.archive_id = l.archive_id and t.nearness = 1
