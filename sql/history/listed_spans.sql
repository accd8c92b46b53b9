-- From when until when each person is known to follow: named in a list, until a complete list leaves them out. One that
-- may name them without saying so (history.perhaps_listed) does not.
--
-- columns:
--   owner              slug of the member whose followers these are
--   person_id          the person
--   from_rank          place in export order of the first list of the span
--   from_on            its day
--   until_on           day of the complete list that leaves them out, 9999-12-31 without one
--   last_on            day of the newest list naming them before that
--   archive_id         the list at from_rank
--   until_archive_id   the complete list that leaves them out
with resolved as (
    select p.owner, coalesce(k.person_id, n.person_id) as person_id, p.from_rank, p.until_rank, p.last_on
    from staging.listed_people as p
    left join identity.person_keys as k on k.person_key = p.person_key
    left join identity.names as n
        on p.person_key is null and n.owner = p.owner and n.match_name = p.match_name
),
ends as (
    select c.owner, c.rank, min(l.rank) as complete_rank
    from staging.carriers as c
    left join staging.follower_lists as l on l.owner = c.owner and l.is_complete and l.rank >= c.rank
    where c.table_name = 'follower_list'
    group by c.owner, c.rank
),
doubtful as (
    select distinct owner, person_id from history.perhaps_listed
),
doubtful_ends as (
    select d.owner, d.person_id, l.rank
    from doubtful as d
    join staging.follower_lists as l on l.owner = d.owner and l.is_complete
    left join history.perhaps_listed as q
        on q.owner = d.owner and q.person_id = d.person_id and q.rank = l.rank
    where q.person_id is null
),
proved as (
    select
        r.owner, r.person_id, r.from_rank, r.last_on,
        coalesce(e.complete_rank, 1000000000) as until_rank
    from resolved as r
    join ends as e on e.owner = r.owner and e.rank = r.until_rank
    left join doubtful as d on d.owner = r.owner and d.person_id = r.person_id
    where r.person_id is not null and d.person_id is null
    union all
    select r.owner, r.person_id, r.from_rank, r.last_on, coalesce(min(e.rank), 1000000000)
    from resolved as r
    join doubtful as d on d.owner = r.owner and d.person_id = r.person_id
    left join doubtful_ends as e
        on e.owner = r.owner and e.person_id = r.person_id and e.rank >= r.until_rank
    group by r.owner, r.person_id, r.from_rank, r.until_rank, r.last_on
),
flagged as (
    select
        owner, person_id, from_rank, until_rank, last_on,
        case
            when from_rank <= max(until_rank) over (
                partition by owner, person_id order by from_rank, until_rank
                rows between unbounded preceding and 1 preceding
            ) then 0
            else 1
        end as begins
    from proved
),
numbered as (
    select
        owner, person_id, from_rank, until_rank, last_on,
        sum(begins) over (
            partition by owner, person_id order by from_rank, until_rank rows unbounded preceding
        ) as island
    from flagged
),
islands as (
    select
        owner, person_id, min(from_rank) as from_rank, max(until_rank) as until_rank, max(last_on) as last_on
    from numbered
    group by owner, person_id, island
)
select
    i.owner,
    i.person_id,
    i.from_rank,
    f.exported_on as from_on,
    coalesce(u.exported_on, date '9999-12-31') as until_on,
    i.last_on,
    f.archive_id,
    u.archive_id as until_archive_id
from islands as i
join staging.follower_lists as f on f.owner = i.owner and f.rank = i.from_rank
left join staging.follower_lists as u on u.owner = i.owner and u.rank = i.until_rank
