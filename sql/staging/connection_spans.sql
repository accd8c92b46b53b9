-- In which exports each connection row stood. A file that cannot prove absence closes nothing: the span runs on to the
-- next export that can.
--
-- columns:
--   owner         slug of the member whose exports these are
--   row_id        the row in staging.connections
--   from_rank     place in export order (staging.carriers) of the first export showing the row
--   until_rank    place of the first export that proves it missing; the export still to come where it stands
--   from_on       export date at from_rank
--   until_on      export date at until_rank, 9999-12-31 where it stands
--   last_on       export date of the newest export that shows it
--   last_rank     its place in export order
with placed as (
    select
        r.owner,
        s.row_id,
        f.rank as from_rank,
        u.rank as until_rank,
        u.previous_on as last_on,
        u.rank - 1 as last_rank
    from raw.connections_spans as s
    join raw.connections as r on r.row_id = s.row_id
    join staging.carriers as f
        on f.owner = r.owner and f.table_name = 'connections' and f.archive_no = s.from_archive
    join staging.carriers as u
        on u.owner = r.owner and u.table_name = 'connections' and u.archive_no = s.until_archive
),
proofs as (
    select
        c.owner,
        c.rank,
        min(p.rank) as proof_rank
    from staging.carriers as c
    join staging.carriers as p
        on p.owner = c.owner and p.table_name = c.table_name and p.proves_absence and p.rank >= c.rank
    where c.table_name = 'connections'
    group by c.owner, c.rank
),
proved as (
    select p.owner, p.row_id, p.from_rank, q.proof_rank as until_rank, p.last_on, p.last_rank
    from placed as p
    join proofs as q on q.owner = p.owner and q.rank = p.until_rank
),
flagged as (
    select
        owner,
        row_id,
        from_rank,
        until_rank,
        last_on,
        last_rank,
        case
            when from_rank <= lag(until_rank) over (partition by row_id order by from_rank) then 0
            else 1
        end as begins
    from proved
),
numbered as (
    select
        owner,
        row_id,
        from_rank,
        until_rank,
        last_on,
        last_rank,
        sum(begins) over (partition by row_id order by from_rank rows unbounded preceding) as island
    from flagged
),
islands as (
    select
        owner,
        row_id,
        min(from_rank) as from_rank,
        max(until_rank) as until_rank,
        max(last_on) as last_on,
        max(last_rank) as last_rank
    from numbered
    group by owner, row_id, island
)
select
    i.owner,
    i.row_id,
    i.from_rank,
    i.until_rank,
    f.exported_on as from_on,
    u.exported_on as until_on,
    i.last_on,
    i.last_rank
from islands as i
join staging.carriers as f
    on f.owner = i.owner and f.table_name = 'connections' and f.rank = i.from_rank
join staging.carriers as u
    on u.owner = i.owner and u.table_name = 'connections' and u.rank = i.until_rank
