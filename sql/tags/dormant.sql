-- A connection with whom messages went both ways, but none for a year.
select
    c.owner,
    c.person_id,
    'last message on ' || cast(cast(c.last_message_at as date) as varchar) as reason
from main.contacts as c
cross join main.build_info as b
where c.is_connection
    and c.messages_sent > 0
    and c.messages_received > 0
    and date_diff('day', cast(c.last_message_at as date), b.today) > 365
