-- Every mention with the person it means. The owner is never their own contact; a bare name that several bear means nobody.
--
-- columns:
--   owner         slug of the member whose exports these are
--   person_id     the person
--   source        where the mention stands, see identity.mentions
--   person_key    key in the file, NULL for a bare name
--   match_name    name as compared
--   full_name     name as shown
--   first_name    first name, NULL where the file gives a whole name
--   last_name     last name, NULL where the file gives a whole name
--   email         e-mail address
--   company       company
--   position      position or headline
--   connected_on  day of connecting, for connections
--   first_on      export date of the first file that says so
--   last_on       export date of the last file that says so
with owners as (
    select distinct o.owner, k.person_id
    from raw.owner_addresses as o
    join identity.person_keys as k on k.person_key = 'slug:' || o.slug
),
resolved as (
    select
        m.owner,
        coalesce(k.person_id, n.person_id) as person_id,
        m.source, m.person_key, m.match_name, m.full_name, m.first_name, m.last_name, m.email, m.company,
        m.position, m.connected_on, m.first_on, m.last_on
    from identity.mentions as m
    left join identity.person_keys as k on k.person_key = m.person_key
    left join identity.names as n
        on m.person_key is null and n.owner = m.owner and n.match_name = m.match_name
)
select
    r.owner, r.person_id, r.source, r.person_key, r.match_name, r.full_name, r.first_name, r.last_name, r.email,
    r.company, r.position, r.connected_on, r.first_on, r.last_on
from resolved as r
left join owners as o on o.owner = r.owner and o.person_id = r.person_id
where r.person_id is not null and o.person_id is null
