-- Messages with each contact, both ways.
--
-- columns:
--   owner              slug of the member whose exports these are
--   person_id          the person
--   messages_sent      messages the owner wrote to them
--   messages_received  messages they wrote to the owner
--   first_message_at   time of the first, UTC
--   last_message_at    time of the last, UTC
select
    owner,
    person_id,
    count(*) filter (where direction = 'sent') as messages_sent,
    count(*) filter (where direction = 'received') as messages_received,
    min(sent_at) as first_message_at,
    max(sent_at) as last_message_at
from segments.messages
where person_id is not null
group by owner, person_id
