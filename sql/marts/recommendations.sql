-- Recommendations, received and given.
--
-- columns:
--   owner       slug of the member whose exports these are
--   person_id   who wrote or received it; NULL where no or several contacts bear the name
--   direction   received or given
--   full_name   name as shown
--   company     their company then
--   position    their job title then
--   text        the recommendation
--   created_at  when, UTC
--   status      as exported
with gathered as (
    select
        owner, 'received' as direction, trim(concat_ws(' ', first_name, last_name)) as full_name, company, job_title,
        text, created_at, status
    from raw.recommendations_received
    union
    select
        owner, 'given', trim(concat_ws(' ', first_name, last_name)), company, job_title, text, created_at, status
    from raw.recommendations_given
)
select
    g.owner, p.person_id, g.direction, g.full_name, g.company, g.job_title as position, g.text, g.created_at, g.status
from gathered as g
left join raw.names as m on m.name = g.full_name
left join identity.names as n on n.owner = g.owner and n.match_name = m.match_name
left join identity.profiles as p on p.owner = g.owner and p.person_id = n.person_id
