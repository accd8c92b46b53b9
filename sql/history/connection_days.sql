-- What happened to the number of connections on each day: rows that begin or stop to count, people connected and lost.
-- What is counted is a connection, a person and a day of connecting: who left and came back is lost once and new twice.
-- A hidden row (a date and nothing else) takes the place of a connection of its day that is missing, and gives it back.
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
    from history.connection_spans as s
    join staging.connections as c on c.row_id = s.row_id
    join staging.carriers as f on f.owner = s.owner and f.table_name = 'connections' and f.rank = s.from_rank
    left join identity.person_keys as k on k.person_key = c.person_key
),
traced as (
    select
        owner, person_id, connected_on, from_rank, until_rank, from_on, until_on, previous_on,
        max(until_rank) over (
            partition by owner, person_id order by from_rank, until_rank
            rows between unbounded preceding and 1 preceding
        ) as person_held_until,
        max(until_rank) over (
            partition by owner, person_id, connected_on order by from_rank, until_rank
            rows between unbounded preceding and 1 preceding
        ) as held_until
    from rows
    where not is_hidden
),
-- a connection stays while rows follow one another without an export between them
numbered as (
    select
        owner, person_id, connected_on, from_rank, until_rank, from_on, until_on, previous_on,
        coalesce(person_held_until >= from_rank, false) as continues,
        sum(case when coalesce(held_until >= from_rank, false) then 0 else 1 end) over (
            partition by owner, person_id, connected_on order by from_rank, until_rank rows unbounded preceding
        ) as island
    from traced
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
    from numbered
    union all
    select
        owner,
        case
            when from_rank = 1 then least(connected_on, from_on)
            when connected_on > previous_on and connected_on <= from_on then connected_on
            else from_on
        end
    from rows
    where is_hidden
),
islands as (
    select
        owner,
        connected_on,
        island,
        min(from_rank) as from_rank,
        max(until_rank) as until_rank,
        max(until_on) as until_on
    from numbered
    group by owner, person_id, connected_on, island
),
shifts as (
    select
        owner, connected_on, until_rank as rank, 1 as missing, 0 as appeared, 0 as hidden
    from islands
    where until_on <> date '9999-12-31'
    union all
    select owner, connected_on, from_rank, 0, 1, 0 from islands where island = 1 and from_rank > 1
    union all
    select owner, connected_on, from_rank, 0, 0, 1 from rows where is_hidden
    union all
    select owner, connected_on, until_rank, 0, 0, -1 from rows where is_hidden and until_on <> date '9999-12-31'
),
balanced as (
    select
        owner,
        connected_on,
        rank,
        sum(missing) as missing,
        sum(appeared) as appeared,
        greatest(sum(hidden), 0) as more_hidden,
        greatest(-sum(hidden), 0) as fewer_hidden
    from shifts
    group by owner, connected_on, rank
),
settled as (
    select
        b.owner,
        b.connected_on,
        c.exported_on,
        b.missing - least(b.missing, b.more_hidden) + b.fewer_hidden - least(b.fewer_hidden, b.appeared) as lost,
        b.more_hidden - least(b.missing, b.more_hidden) - least(b.fewer_hidden, b.appeared) as connected_hidden
    from balanced as b
    join staging.carriers as c on c.owner = b.owner and c.table_name = 'connections' and c.rank = b.rank
),
counted as (
    select owner, day, 1 as change, 0 as new_connections, 0 as lost_connections from begun
    union all
    select owner, until_on, -1, 0, 0 from rows where until_on <> date '9999-12-31'
    union all
    select owner, connected_on, 0, 1, 0
    from (select distinct owner, person_id, connected_on from numbered where connected_on is not null) as people
    union all
    select owner, connected_on, 0, connected_hidden, 0 from settled where connected_hidden <> 0
    union all
    select owner, exported_on, 0, 0, lost from settled where lost <> 0
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
