-- Every distinct row of Connections.csv with its keys, hidden rows included.
--
-- columns:
--   row_id        the row in raw.connections
--   owner         slug of the member whose exports these are
--   archive_no    the archive that first taught the row
--   is_hidden     a closed or restricted account: a date, and neither a person's address nor e-mail nor name, or
--                 'LinkedIn Member' for one
--   address_key   key of the profile address, NULL in exports without addresses (until mid 2023)
--   person_key    the key that names the person: the address, else owner, name and day of connecting; NULL if hidden
--   match_name    name as compared
--   full_name     name as shown
--   first_name    first name
--   last_name     last name
--   profile_url   address as exported
--   email         e-mail address, lower case
--   company       company
--   position      position
--   connected_on  day of connecting
with named as (
    select
        c.row_id,
        c.owner,
        c.archive_no,
        lower(trim(concat_ws(' ', c.first_name, c.last_name))) in ('', 'linkedin member')
        and a.key_value is null and trim(coalesce(c.email, '')) = '' as is_hidden,
        a.key_kind || ':' || a.key_value as address_key,
        n.match_name,
        nullif(trim(concat_ws(' ', c.first_name, c.last_name)), '') as full_name,
        c.first_name,
        c.last_name,
        c.profile_url,
        nullif(trim(lower(c.email)), '') as email,
        c.company,
        c.position,
        c.connected_on
    from raw.connections as c
    left join raw.addresses as a on a.address = c.profile_url
    left join raw.names as n on n.name = trim(concat_ws(' ', c.first_name, c.last_name))
)
select
    row_id,
    owner,
    archive_no,
    is_hidden,
    address_key,
    case
        when not is_hidden
            then coalesce(
                address_key,
                'dated:' || owner || '|' || coalesce(match_name, full_name, email) || '|'
                || coalesce(cast(connected_on as varchar), '')
            )
    end as person_key,
    match_name,
    full_name,
    first_name,
    last_name,
    profile_url,
    email,
    company,
    position,
    connected_on
from named
