-- Hidden connections and 'LinkedIn Member' are nobody, and the owner is never their own contact.
--
-- guards: segments.contacts
select c.owner, c.person_id
from segments.contacts as c
where (c.full_name is null and c.profile_url is null and c.email is null) or c.full_name = 'LinkedIn Member'
union all
select c.owner, c.person_id
from segments.contacts as c
join raw.owner_addresses as o
    on o.owner = c.owner and c.profile_url = 'https://www.linkedin.com/in/' || o.slug
