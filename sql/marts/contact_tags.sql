-- Who carries which tag, and why. A rule and a person's own hand may give the same tag.
--
-- columns:
--   owner        slug of the member whose exports these are
--   person_id    the contact
--   tag          the tag
--   kind         rule or manual
--   tagged_at    for a rule the export day since which it holds, else the day on which it was typed, or of the first
--                list that says so
--   reason       what the rule found; 'contact list' for a tag that a list brings along, NULL for one typed by hand
--   rule_digest  names the version of the rule's SQL that found it, as tags has it; NULL for manual
with manual as (
    select t.owner, k.person_id, t.tag, min(t.tagged_at) as tagged_at
    from curation.taggings as t
    join identity.person_keys as k on k.person_key = t.person_key
    join segments.contacts as c on c.owner = t.owner and c.person_id = k.person_id
    group by t.owner, k.person_id, t.tag
)
select r.owner, r.person_id, r.tag, 'rule' as kind, s.since as tagged_at, r.reason, r.digest as rule_digest
from tags.rule_rows as r
join tags.rule_spans as s on s.owner = r.owner and s.person_id = r.person_id and s.tag = r.tag
union all
select owner, person_id, tag, 'manual', tagged_at, 'contact list', cast(null as varchar)
from segments.listed_tags
union all
select m.owner, m.person_id, m.tag, 'manual', m.tagged_at, cast(null as varchar), cast(null as varchar)
from manual as m
left join segments.listed_tags as l on l.owner = m.owner and l.person_id = m.person_id and l.tag = m.tag
where l.owner is null
