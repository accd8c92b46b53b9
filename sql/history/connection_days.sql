-- What happened to the number of connections on each day: rows that begin or stop to count, people connected and lost.
-- What is counted are the rows of each day of connecting, export after export: a hidden row (a date and nothing else)
-- takes the place of the person of that day, so turning hidden is no loss, nor is another name where rows had no address.
--
-- columns:
--   owner             slug of the member
--   day               the day
--   change            rows that begin to count minus rows that stop to
--   new_connections   connected that day, hidden ones included
--   lost_connections  first seen missing in an export of that day; a row turned hidden is not lost
with rows as (
    select
        s.owner, c.connected_on, c.is_hidden, k.person_id, s.from_rank, s.until_rank, s.from_on, s.until_on,
        f.previous_on
    from staging.connection_spans as s
    join staging.connections as c on c.row_id = s.row_id
    join staging.carriers as f on f.owner = s.owner and f.table_name = 'connections' and f.rank = s.from_rank
    left join identity.person_keys as k on k.person_key = c.person_key
),
-- a person stays while rows follow one another without an export between them
traced as (
    select
        owner, person_id, connected_on, from_rank, from_on, previous_on, is_hidden,
        not is_hidden and coalesce(
            max(until_rank) over (
                partition by owner, person_id, is_hidden order by from_rank, until_rank
                rows between unbounded preceding and 1 preceding
            ) >= from_rank,
            false
        ) as continues
    from rows
),
begun as (
    select
        owner,
        case
            when continues then from_on
            when from_rank = 1 then least(connected_on, from_on)
            when connected_on > previous_on and connected_on <= from_on then connected_on
            else from_on
        end as day
    from traced
),
shifts as (
    select owner, connected_on, from_rank as rank, 1 as shift from rows
    union all
    select owner, connected_on, until_rank, -1 from rows
),
moved as (
    select owner, connected_on, rank, sum(shift) as moved
    from shifts
    group by owner, connected_on, rank
),
standing as (
    select
        owner, connected_on, rank, moved,
        sum(moved) over (partition by owner, connected_on order by rank rows unbounded preceding) as rows_standing
    from moved
),
counted as (
    select owner, day, 1 as change, 0 as new_connections, 0 as lost_connections from begun
    union all
    select owner, until_on, -1, 0, 0 from rows where until_on <> date '9999-12-31'
    union all
    select owner, connected_on, 0, max(rows_standing), 0 from standing group by owner, connected_on
    union all
    select s.owner, c.exported_on, 0, 0, -s.moved
    from standing as s
    join staging.carriers as c
        on c.owner = s.owner and c.table_name = 'connections' and c.rank = s.rank and c.archive_no <> 0
    where s.moved < 0
)
select
    owner,
    day,
    cast(sum(change) as bigint) as change,
    cast(sum(new_connections) as bigint) as new_connections,
    cast(sum(lost_connections) as bigint) as lost_connections
from counted
where day is not null
group by owner, day
