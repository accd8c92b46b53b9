-- Every follow state but unknown has exactly one piece of evidence, and evidence speaks of contacts alone.
--
-- guards: segments.contacts
with states as (
    select owner, person_id, 'follows_me' as direction, follows_me as state from segments.contacts
    union all
    select owner, person_id, 'i_follow', i_follow from segments.contacts
),
evidence_rows as (
    select owner, person_id, 'follows_me' as direction, state from segments.follows_me
    union all
    select owner, person_id, 'i_follow', state from segments.i_follow
),
evidence as (
    select owner, person_id, direction, min(state) as state, count(*) as pieces
    from evidence_rows
    group by owner, person_id, direction
)
select s.owner, s.person_id, s.direction
from states as s
left join evidence as e on e.owner = s.owner and e.person_id = s.person_id and e.direction = s.direction
where (s.state = 'unknown') <> (e.pieces is null)
    or coalesce(e.pieces, 1) <> 1
    or coalesce(e.state, s.state) <> s.state
union all
select e.owner, e.person_id, e.direction
from evidence as e
left join segments.contacts as c on c.owner = e.owner and c.person_id = e.person_id
where c.person_id is null
