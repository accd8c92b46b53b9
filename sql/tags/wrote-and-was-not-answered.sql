-- Wrote to the owner, and nothing was ever written back.
select
    owner,
    person_id,
    cast(messages_received as varchar) || ' received, none sent, the last on '
    || cast(cast(last_message_at as date) as varchar) as reason
from main.contacts
where messages_received > 0 and messages_sent = 0
