-- A connection with whom ten messages or more were exchanged, three at least each way, and none for a year.
select
    c.owner,
    c.person_id,
    cast(c.messages_sent as varchar) || ' sent, ' || cast(c.messages_received as varchar) || ' received, the last on '
    || cast(cast(c.last_message_at as date) as varchar) as reason
from main.contacts as c
cross join main.build_info as b
where c.is_connection
    and c.messages_sent >= 3
    and c.messages_received >= 3
    and c.messages_sent + c.messages_received >= 10
    and date_diff('day', cast(c.last_message_at as date), b.today) > 365
