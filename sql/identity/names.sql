-- Whom a bare name in an owner's files means: the one person who bears it, or nobody where several do.
--
-- columns:
--   owner       slug of the member whose exports these are
--   match_name  name as compared
--   candidates  how many people bear it
--   person_id   the person, NULL where several bear it
with borne as (
    select distinct n.owner, n.match_name, k.person_id
    from identity.namesakes as n
    join identity.person_keys as k on k.person_key = n.component
    union
    select m.owner, m.match_name, k.person_id
    from identity.mentions as m
    join identity.person_keys as k on k.person_key = 'named:' || m.owner || '|' || m.match_name
    left join identity.namesakes as n on n.owner = m.owner and n.match_name = m.match_name
    where n.match_name is null
)
select
    owner,
    match_name,
    count(*) as candidates,
    case when count(*) = 1 then min(person_id) end as person_id
from borne
group by owner, match_name
