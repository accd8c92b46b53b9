-- Was written to by the owner, and never wrote back.
select
    owner,
    person_id,
    cast(messages_sent as varchar) || ' sent, none received, the last on '
    || cast(cast(last_message_at as date) as varchar) as reason
from main.contacts
where messages_sent > 0 and messages_received = 0
