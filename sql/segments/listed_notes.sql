-- Notes that contact lists and CRM exports bring along.
--
-- columns:
--   owner       slug of the member whose list it is
--   person_id   the contact
--   note        the text
--   written_at  day of the first list that says so, UTC
select l.owner, k.person_id, trim(l.notes) as note, cast(min(l.first_on) as timestamp) as written_at
from staging.contact_lists as l
join identity.person_keys as k
    on k.person_key = coalesce(l.person_key, concat('named:', l.owner, '|', l.match_name))
join segments.contacts as c on c.owner = l.owner and c.person_id = k.person_id
where trim(l.notes) <> ''
group by l.owner, k.person_id, trim(l.notes)
