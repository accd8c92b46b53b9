-- Connections and followers day by day, from the first connection or reported follower day to the newest export, or the
-- last follower total that a person typed, if that is later.
-- Followers are reported as totals and daily gains alone, so what is derived from them is a bound and says so.
--
-- columns:
--   owner                         slug of the member whose exports these are
--   day                           the day
--   connections                   connections that day, hidden ones included: on the day of an export that lists
--                                 connections, its rows; before the first export a lower bound (who left is unknown)
--   new_connections               connected that day, hidden ones included
--   lost_connections              first seen missing in an export of that day; a row turned hidden is not lost
--   followers                     follower total; NULL outside what reports cover
--   followers_basis               reported on a total's own day; derived where daily gains without a gap lead to a total
--                                 (the nearest, the later on a tie)
--   new_followers                 as reported, the newest export's figure for that day; who left is not in it
--   follower_only_at_least        followers minus connections, 0 where negative, NULL where followers is
--   muted_connections_at_least    connections minus followers, 0 where negative, NULL where followers is: connections
--                                 who do not follow
with starts as (
    select owner, min(day) as first_day
    from (
        select owner, day from history.connection_days
        union all
        select owner, day from staging.follower_gains
        union all
        select owner, day from staging.follower_totals
    ) as known
    group by owner
),
ends as (
    select owner, max(day) as last_day
    from (
        select owner, exported_on as day from raw.archives where status <> 'quarantined'
        union all
        select owner, day from curation.follower_totals
    ) as known
    group by owner
),
bounds as (
    select s.owner, s.first_day, e.last_day, date_diff('day', s.first_day, e.last_day) as days
    from starts as s
    join ends as e on e.owner = s.owner
    where s.first_day <= e.last_day
),
steps as (
    select owner, first_day, unnest(generate_series(0, days)) as step
    from bounds
),
days as (
    select owner, cast(first_day + cast(step as integer) as date) as day
    from steps
),
counted as (
    select
        d.owner,
        d.day,
        sum(coalesce(c.change, 0)) over (partition by d.owner order by d.day rows unbounded preceding) as connections,
        coalesce(c.new_connections, 0) as new_connections,
        coalesce(c.lost_connections, 0) as lost_connections,
        g.new_followers,
        sum(coalesce(g.new_followers, 0)) over (
            partition by d.owner order by d.day rows unbounded preceding
        ) as gained,
        sum(case when g.day is null then 0 else 1 end) over (
            partition by d.owner order by d.day rows unbounded preceding
        ) as reported_days
    from days as d
    left join history.connection_days as c on c.owner = d.owner and c.day = d.day
    left join staging.follower_gains as g on g.owner = d.owner and g.day = d.day
),
totals as (
    select t.owner, t.day, t.followers, c.gained, c.reported_days
    from staging.follower_totals as t
    join counted as c on c.owner = t.owner and c.day = t.day
),
-- every day between the two must have its gain, or unseen days would be taken for days without gains
reached as (
    select
        c.owner,
        c.day,
        t.followers + c.gained - t.gained as followers,
        c.day = t.day as is_reported,
        row_number() over (
            partition by c.owner, c.day order by abs(date_diff('day', c.day, t.day)), t.day desc
        ) as nearness
    from counted as c
    join totals as t
        on t.owner = c.owner
        and abs(t.reported_days - c.reported_days) = abs(date_diff('day', c.day, t.day))
),
followed as (
    select owner, day, cast(greatest(followers, 0) as bigint) as followers, is_reported
    from reached
    where nearness = 1
)
select
    c.owner,
    c.day,
    cast(c.connections as bigint) as connections,
    cast(c.new_connections as bigint) as new_connections,
    cast(c.lost_connections as bigint) as lost_connections,
    f.followers,
    case when f.is_reported then 'reported' when f.followers is not null then 'derived' end as followers_basis,
    c.new_followers,
    case
        when f.followers is not null then cast(greatest(f.followers - c.connections, 0) as bigint)
    end as follower_only_at_least,
    case
        when f.followers is not null then cast(greatest(c.connections - f.followers, 0) as bigint)
    end as muted_connections_at_least
from counted as c
left join followed as f on f.owner = c.owner and f.day = c.day
