-- Who is or was a first-degree connection.
--
-- columns:
--   owner          slug of the member whose exports these are
--   person_id      the person
--   is_connection  in the newest file that lists connections
--   connected_on   day of connecting, the newest where there were several
--   archive_id     the newest file that lists the person as a connection
with newest as (
    select
        owner,
        person_id,
        max(until_on) = date '9999-12-31' as is_connection,
        -- of two rows in one file the later day, so that their order decides nothing
        arg_max(
            connected_on,
            cast(10000000000 + until_rank as varchar) || cast(10000000000 + from_rank as varchar) || cast(connected_on as varchar)
        ) filter (where connected_on is not null) as connected_on,
        max(last_on) as last_on
    from history.person_connections
    group by owner, person_id
),
lists as (
    select owner, exported_on, max(rank) as rank
    from staging.carriers
    where table_name = 'connections' and archive_no <> 0
    group by owner, exported_on
)
select n.owner, n.person_id, n.is_connection, n.connected_on, c.archive_id
from newest as n
join lists as l on l.owner = n.owner and l.exported_on = n.last_on
join staging.carriers as c on c.owner = l.owner and c.table_name = 'connections' and c.rank = l.rank
