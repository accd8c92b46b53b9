-- A connection with whom no message was ever exchanged.
select owner, person_id, 'connected on ' || cast(connected_on as varchar) || ', no message either way' as reason
from main.contacts
where is_connection and messages_sent = 0 and messages_received = 0
