-- From when until when each person is known to be a connection: from the day of connecting to the export that proves
-- the absence.
--
-- columns:
--   owner         slug of the member
--   person_id     the person
--   from_on       day of connecting; where an export after it did not show them yet, the export that does
--   until_on      day of the export that proves the absence, 9999-12-31 while connected
--   connected_on  day of connecting as last said in the period
with traced as (
    select
        p.owner, p.person_id, p.connected_on, p.from_rank, p.until_rank, p.from_on, p.until_on,
        c.previous_on,
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
        arg_min(connected_on, from_rank) filter (where connected_on is not null) as began_on,
        arg_max(connected_on, from_rank) filter (where connected_on is not null) as connected_on,
        min(coalesce(previous_on, date '0001-01-01')) as previous_on
    from numbered
    group by owner, person_id, period
)
select
    owner,
    person_id,
    case when began_on > previous_on then least(began_on, from_on) else from_on end as from_on,
    until_on,
    connected_on
from periods
