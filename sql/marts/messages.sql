-- One row per message and counterpart: each recipient of what the owner wrote, the sender of what the owner received.
-- Drafts are left out; no row twice, however many archives repeat it.
--
-- columns:
--   owner            slug of the member whose exports these are
--   conversation_id  conversation as LinkedIn numbers it
--   person_id        the counterpart; NULL for 'LinkedIn Member', unless another archive names them
--   direction        sent or received
--   sent_at          time, UTC
--   subject          subject, mostly of InMail
--   content          text as exported; InMail and adverts hold HTML
--   folder           folder in the newest export
--   first_seen_on    export date of the first file with the message
select m.owner, m.conversation_id, m.person_id, m.direction, m.sent_at, r.subject, r.content, m.folder,
    m.first_seen_on
from segments.messages as m
join raw.messages as r on r.row_id = m.row_id
