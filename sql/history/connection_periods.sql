-- From when until when each person is known to be a connection: from the day of connecting to the export that proves
-- the absence.
--
-- columns:
--   owner             slug of the member
--   person_id         the person
--   from_on           day of connecting; where an export after it did not show them yet, the export that does
--   until_on          day of the export that proves the absence, 9999-12-31 while connected
--   connected_on      day of connecting as last said in the period
--   archive_id        the first export that shows them
--   until_archive_id  the export that proves the absence, NULL while connected
with traced as (
    select
        p.owner, p.person_id, p.connected_on, p.from_rank, p.until_rank, p.from_on, p.until_on,
        c.previous_on, c.archive_id,
        max(p.until_on) over (
            partition by p.owner, p.person_id order by p.from_rank, p.until_rank
            rows between unbounded preceding and 1 preceding
        ) as held_until
    from history.person_connections as p
    join staging.carriers as c on c.owner = p.owner and c.table_name = 'connections' and c.rank = p.from_rank
),
numbered as (
    select
        *,
        sum(case when held_until >= from_on then 0 else 1 end) over (
            partition by owner, person_id order by from_rank, until_rank rows unbounded preceding
        ) as period
    from traced
),
periods as (
    select
        owner, person_id, period,
        min(from_on) as from_on,
        max(until_on) as until_on,
        arg_min(connected_on, cast(10000000000 + from_rank as varchar) || cast(connected_on as varchar))
            filter (where connected_on is not null) as began_on,
        arg_max(connected_on, cast(10000000000 + from_rank as varchar) || cast(connected_on as varchar))
            filter (where connected_on is not null) as connected_on,
        min(coalesce(previous_on, date '0001-01-01')) as previous_on,
        arg_min(archive_id, from_rank) filter (where archive_id is not null) as archive_id,
        max(until_rank) as until_rank
    from numbered
    group by owner, person_id, period
)
select
    p.owner,
    p.person_id,
    case when p.began_on > p.previous_on then least(p.began_on, p.from_on) else p.from_on end as from_on,
    p.until_on,
    p.connected_on,
    p.archive_id,
    u.archive_id as until_archive_id
from periods as p
join staging.carriers as u on u.owner = p.owner and u.table_name = 'connections' and u.rank = p.until_rank
