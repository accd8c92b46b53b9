-- A row's spans do not overlap, each begins before it ends, and every row of Connections.csv has one.
--
-- guards: identity.links
select owner, row_id, from_rank
from (
    select
        owner, row_id, from_rank, until_rank,
        lead(from_rank) over (partition by row_id order by from_rank) as next_rank
    from staging.connection_spans
) as spans
where until_rank <= from_rank or next_rank <= until_rank
union all
select c.owner, c.row_id, 0
from staging.connections as c
left join staging.connection_spans as s on s.row_id = c.row_id
where s.row_id is null
