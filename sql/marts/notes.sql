-- What a person noted on contacts, and the notes that contact lists and CRM exports bring along.
--
-- columns:
--   owner       slug of the member whose exports these are
--   person_id   the contact
--   note        the text
--   written_at  when it was written, UTC; for a list's the day of the first list with it
--   from_list   whether a list brought it along
select n.owner, k.person_id, n.note, n.written_at, false as from_list
from curation.notes as n
join identity.person_keys as k on k.person_key = n.person_key
join segments.contacts as c on c.owner = n.owner and c.person_id = k.person_id
union all
select owner, person_id, note, written_at, true
from segments.listed_notes
