-- On the day of an export that lists connections, the connections of the day are the rows that stand in it.
--
-- guards: marts.audience_daily
with lists as (
    select owner, exported_on, max(rank) as rank
    from staging.carriers
    where table_name = 'connections' and archive_no <> 0
    group by owner, exported_on
),
rows as (
    select l.owner, l.exported_on, count(*) as listed
    from lists as l
    join staging.connection_spans as s on s.owner = l.owner and s.from_rank <= l.rank and s.until_rank > l.rank
    group by l.owner, l.exported_on
)
select d.owner, d.day, d.connections, r.listed
from rows as r
join marts.audience_daily as d on d.owner = r.owner and d.day = r.exported_on
where d.connections <> r.listed
