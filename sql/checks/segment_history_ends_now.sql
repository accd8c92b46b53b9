-- The last period of each contact's segment history is the present segment, and periods follow one another without a gap.
--
-- guards: marts.contacts
with last_periods as (
    select owner, person_id, segment from history.segment_periods where valid_to = date '9999-12-31'
)
select c.owner, c.person_id, c.segment, l.segment as last_segment
from segments.contacts as c
left join last_periods as l on l.owner = c.owner and l.person_id = c.person_id
where l.segment is null or l.segment <> c.segment
