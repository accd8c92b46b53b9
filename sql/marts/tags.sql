-- Every tag.
--
-- columns:
--   tag          the tag
--   kind         rule or manual
--   description  what it means
--   members      how many contacts carry it
--   problem      why a rule of the user's can't be used; its last good members stay
select t.tag, 'rule' as kind, t.description, count(m.person_id) as members, t.problem
from tags.rules as t
left join marts.contact_tags as m on m.tag = t.tag and m.kind = 'rule'
group by t.tag, t.description, t.problem
