-- Each contact's segment over time, by the rules of the present one: a connection counts from its day, the rest from the
-- first file that says it.
--
-- columns:
--   owner       slug of the member
--   person_id   the contact
--   segment     the segment, see contacts
--   valid_from  first day
--   valid_to    day on which it becomes another; 9999-12-31 while it holds
--   archive_id  the file that shows it: of a connection's day the first export with the row, else a file of valid_from;
--               NULL for who was added by hand
with said as (
    select
        f.owner, n.person_id, f.is_following, f.followed_at as said_at, f.first_on as known_on, 1 as weight
    from staging.member_follows as f
    join identity.names as n on n.owner = f.owner and n.match_name = f.match_name
    where n.person_id is not null and f.is_following is not null
    union all
    select
        p.owner, coalesce(k.person_id, n.person_id), p.is_following, p.observed_at, p.first_on, 0
    from staging.listed_people as p
    left join identity.person_keys as k on k.person_key = p.person_key
    left join identity.names as n on p.person_key is null and n.owner = p.owner and n.match_name = p.match_name
    where p.is_following is not null and coalesce(k.person_id, n.person_id) is not null
),
complete as (
    select owner, min(exported_on) as since
    from staging.follower_lists
    where is_complete
    group by owner
),
starts as (
    select p.owner, p.person_id, least(p.first_seen_on, coalesce(min(c.from_on), p.first_seen_on)) as since
    from identity.profiles as p
    left join history.connection_periods as c on c.owner = p.owner and c.person_id = p.person_id
    group by p.owner, p.person_id, p.first_seen_on
),
-- the file behind a day: the one that says it of this person, else a complete list of that day, else any file of the day
shown as (
    select owner, person_id, from_on as day, 1 as choice, archive_id from history.connection_periods
    union all
    select owner, person_id, until_on, 1, until_archive_id from history.connection_periods
    union all
    select owner, person_id, from_on, 2, archive_id from history.listed_spans
    union all
    select owner, person_id, until_on, 2, until_archive_id from history.listed_spans
),
shown_first as (
    select
        owner, person_id, day,
        arg_min(archive_id, cast(choice as varchar) || archive_id) filter (where archive_id is not null) as archive_id
    from shown
    group by owner, person_id, day
),
files as (
    select
        o.owner, o.exported_on,
        arg_min(o.archive_id, case when l.is_complete then o.rank - 1000000 else o.rank end)
            filter (where o.archive_id is not null) as archive_id
    from staging.archive_order as o
    left join staging.follower_lists as l on l.owner = o.owner and l.archive_id = o.archive_id
    group by o.owner, o.exported_on
),
points as (
    select owner, person_id, since as day from starts
    union
    select owner, person_id, from_on from history.connection_periods
    union
    select owner, person_id, until_on from history.connection_periods
    union
    select owner, person_id, from_on from history.listed_spans
    union
    select owner, person_id, until_on from history.listed_spans
    union
    select s.owner, s.person_id, greatest(s.since, c.since)
    from starts as s join complete as c on c.owner = s.owner
    union
    select owner, person_id, from_on from history.perhaps_listed
    union
    select owner, person_id, until_on from history.perhaps_listed
    union
    select owner, person_id, known_on from said
),
days as (
    select p.owner, p.person_id, p.day
    from points as p
    join starts as s on s.owner = p.owner and s.person_id = p.person_id and p.day >= s.since
    where p.day < date '9999-12-31'
),
connected as (
    select d.owner, d.person_id, d.day, max(case when c.until_on > d.day then 1 else 0 end) as is_connection
    from days as d
    join history.connection_periods as c on c.owner = d.owner and c.person_id = d.person_id and c.from_on <= d.day
    group by d.owner, d.person_id, d.day
),
listed as (
    select distinct d.owner, d.person_id, d.day
    from days as d
    join history.listed_spans as l
        on l.owner = d.owner and l.person_id = d.person_id and l.from_on <= d.day and l.until_on > d.day
),
perhaps as (
    select distinct d.owner, d.person_id, d.day
    from days as d
    join history.perhaps_listed as l
        on l.owner = d.owner and l.person_id = d.person_id and l.from_on <= d.day and l.until_on > d.day
),
followed as (
    select owner, person_id, day, is_following
    from (
        select
            d.owner, d.person_id, d.day, s.is_following,
            row_number() over (
                partition by d.owner, d.person_id, d.day
                order by s.said_at desc nulls last, s.weight desc, s.is_following
            ) as choice
        from days as d
        join said as s on s.owner = d.owner and s.person_id = d.person_id and s.known_on <= d.day
    ) as newest
    where choice = 1
),
judged as (
    select
        d.owner,
        d.person_id,
        d.day,
        case
            when k.is_connection = 1
                then case
                    when l.day is null and q.day is null and d.day >= c.since then 'connection_only'
                    else 'connection_and_follower'
                end
            when l.day is not null then 'follower_only'
            when f.is_following then 'following_only'
            when k.is_connection = 0 then 'former_connection'
            else 'other_contact'
        end as segment
    from days as d
    left join connected as k on k.owner = d.owner and k.person_id = d.person_id and k.day = d.day
    left join listed as l on l.owner = d.owner and l.person_id = d.person_id and l.day = d.day
    left join perhaps as q on q.owner = d.owner and q.person_id = d.person_id and q.day = d.day
    left join followed as f on f.owner = d.owner and f.person_id = d.person_id and f.day = d.day
    left join complete as c on c.owner = d.owner
),
changes as (
    select owner, person_id, day, segment
    from (
        select
            owner, person_id, day, segment,
            lag(segment) over (partition by owner, person_id order by day) as previous
        from judged
    ) as compared
    where previous is null or previous <> segment
)
select
    c.owner,
    c.person_id,
    c.segment,
    c.day as valid_from,
    coalesce(lead(c.day) over (partition by c.owner, c.person_id order by c.day), date '9999-12-31') as valid_to,
    coalesce(s.archive_id, f.archive_id) as archive_id
from changes as c
left join shown_first as s on s.owner = c.owner and s.person_id = c.person_id and s.day = c.day
left join files as f on f.owner = c.owner and f.exported_on = c.day
