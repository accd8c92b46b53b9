-- A connection made in the quarter of today.
select c.owner, c.person_id, 'connected on ' || cast(c.connected_on as varchar) as reason
from main.contacts as c
cross join main.build_info as b
where c.is_connection
    and date_trunc('quarter', c.connected_on) = date_trunc('quarter', b.today)
