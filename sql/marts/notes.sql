-- What a person noted on contacts.
--
-- columns:
--   owner       slug of the member whose exports these are
--   person_id   the contact
--   note        the text
--   written_at  when it was written, UTC
select n.owner, k.person_id, n.note, n.written_at
from curation.notes as n
join identity.person_keys as k on k.person_key = n.person_key
join segments.contacts as c on c.owner = n.owner and c.person_id = k.person_id
