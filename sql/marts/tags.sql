-- Every tag.
--
-- columns:
--   tag          the tag
--   kind         rule or manual
--   description  what it means
--   members      how many contacts carry it
--   colour       how it is shown; NULL where nobody chose one
--   problem      why a rule of the user's can't be used; its last good members stay
--   rule_digest  names the version of the rule's SQL, whatever its comments and layout; NULL for manual
with manual as (
    select tag from curation.tags
    union
    select tag from segments.listed_tags
),
every as (
    select tag, 'rule' as kind, description, cast(null as varchar) as colour, problem, digest from tags.rules
    union all
    select m.tag, 'manual', t.description, t.colour, cast(null as varchar), cast(null as varchar)
    from manual as m
    left join curation.tags as t on t.tag = m.tag
)
select e.tag, e.kind, e.description, count(m.person_id) as members, e.colour, e.problem, e.digest as rule_digest
from every as e
left join marts.contact_tags as m on m.tag = e.tag and m.kind = e.kind
group by e.tag, e.kind, e.description, e.colour, e.problem, e.digest
