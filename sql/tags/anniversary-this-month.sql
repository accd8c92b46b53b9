-- A connection since this month of an earlier year.
select
    c.owner,
    c.person_id,
    cast(extract(year from b.today) - extract(year from c.connected_on) as varchar) || ' years on '
    || cast(c.connected_on as varchar) as reason
from main.contacts as c
cross join main.build_info as b
where c.is_connection
    and extract(month from c.connected_on) = extract(month from b.today)
    and extract(year from c.connected_on) < extract(year from b.today)
