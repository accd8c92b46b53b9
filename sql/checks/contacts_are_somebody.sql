-- Hidden connections and 'LinkedIn Member' are nobody, and the owner is never their own contact.
--
-- guards: segments.contacts
select c.owner, c.person_id
from segments.contacts as c
left join (select distinct person_id from identity.person_keys where person_key not like 'dated:%') as k
    on k.person_id = c.person_id
where (c.full_name is null and c.email is null and k.person_id is null) or c.full_name = 'LinkedIn Member'
union all
select c.owner, c.person_id
from segments.contacts as c
join raw.owner_addresses as o
    on o.owner = c.owner and c.profile_url = 'https://www.linkedin.com/in/' || o.slug
