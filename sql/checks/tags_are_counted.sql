-- Tagged people are contacts, and each carries a tag once by rule and once by hand at most.
--
-- guards: marts.contacts
select t.owner, t.person_id, t.tag
from marts.contact_tags as t
left join segments.contacts as c on c.owner = t.owner and c.person_id = t.person_id
where c.person_id is null
union all
select owner, person_id, tag from marts.contact_tags group by owner, person_id, tag, kind having count(*) > 1
