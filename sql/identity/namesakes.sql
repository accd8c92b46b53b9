-- Who bears which name in an owner's files, before names tie anything: one row per owner, name and group of keys.
--
-- columns:
--   owner       slug of the member whose exports these are
--   match_name  name as compared
--   component   a group of keys that bears the name, or has borne it
select distinct
    m.owner,
    m.match_name,
    coalesce(c.component, m.person_key) as component
from identity.mentions as m
left join identity.components as c on c.person_key = m.person_key
where m.person_key is not null and m.match_name is not null
