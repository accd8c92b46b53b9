-- Who carries which tag, and why.
--
-- columns:
--   owner      slug of the member whose exports these are
--   person_id  the contact
--   tag        the tag
--   kind       rule or manual
--   tagged_at  for a rule the export day since which it holds
--   reason     what the rule found
select r.owner, r.person_id, r.tag, 'rule' as kind, s.since as tagged_at, r.reason
from tags.rule_rows as r
join tags.rule_spans as s on s.owner = r.owner and s.person_id = r.person_id and s.tag = r.tag
