-- Every way in which an owner's files, or the owner, name a person: one row per owner, source and distinct spelling of keys, names and
-- job. What all later steps know of people comes from here. Hidden connections are nobody, and 'LinkedIn Member' is no name.
--
-- columns:
--   owner         slug of the member whose exports these are
--   source        connections, invitations, follower_list, contact_list, post_engagers, messages, member_follows or
--                 acknowledgements; added: by hand
--   person_key    key that names the person; NULL where the file gives a bare name
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
--   archive_no    the first ingested archive that says so; NULL for who was added by hand
with connected as (
    select
        c.owner, c.person_key, c.match_name, c.full_name, c.first_name, c.last_name, c.email, c.company, c.position,
        c.connected_on, min(s.from_on) as first_on, max(s.last_on) as last_on, min(c.archive_no) as archive_no
    from staging.connections as c
    join staging.connection_spans as s on s.row_id = c.row_id
    where not c.is_hidden
    group by
        c.owner, c.person_key, c.match_name, c.full_name, c.first_name, c.last_name, c.email, c.company, c.position,
        c.connected_on
),
senders as (
    select
        owner, sender_key as person_key, sender_name as full_name,
        min(first_on) as first_on, max(last_on) as last_on, min(archive_no) as archive_no
    from staging.messages
    where not is_sent and not is_borrowed and (sender_key is not null or sender_name is not null)
    group by owner, sender_key, sender_name
),
addressed as (
    select
        owner, recipient_urls, recipient_names,
        min(first_on) as first_on, max(last_on) as last_on, min(archive_no) as archive_no
    from staging.messages
    where is_sent and not is_borrowed
    group by owner, recipient_urls, recipient_names
),
receivers as (
    select
        r.owner, r.address_key as person_key, r.full_name,
        min(a.first_on) as first_on, max(a.last_on) as last_on, min(a.archive_no) as archive_no
    from addressed as a
    join staging.recipients as r
        on r.owner = a.owner and coalesce(r.recipient_urls, '') = coalesce(a.recipient_urls, '')
        and coalesce(r.recipient_names, '') = coalesce(a.recipient_names, '')
    where not r.is_member
    group by r.owner, r.address_key, r.full_name
),
correspondents as (
    select
        p.owner, p.person_key, n.match_name, p.full_name,
        min(p.first_on) as first_on, max(p.last_on) as last_on, min(p.archive_no) as archive_no
    from (select * from senders union all select * from receivers) as p
    left join raw.names as n on n.name = trim(p.full_name)
    group by p.owner, p.person_key, n.match_name, p.full_name
),
mentioned as (
    select
        owner, 'connections' as source, person_key, match_name, full_name, first_name, last_name, email, company,
        position, connected_on, first_on, last_on, archive_no
    from connected
    union all
    select
        owner, 'messages', person_key, match_name, full_name, cast(null as varchar), cast(null as varchar),
        cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as date),
        first_on, last_on, archive_no
    from correspondents
    union all
    select
        owner, 'invitations', address_key, match_name, full_name, cast(null as varchar), cast(null as varchar),
        cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as date),
        min(first_on), max(last_on), min(archive_no)
    from staging.invitations
    where address_key is not null or match_name is not null
    group by owner, address_key, match_name, full_name
    union all
    select
        owner, 'follower_list', person_key, match_name, full_name, first_name, last_name, email, company, position,
        cast(null as date), min(first_on), max(last_on), min(archive_no)
    from staging.listed_people
    where person_key is not null or match_name is not null
    group by owner, person_key, match_name, full_name, first_name, last_name, email, company, position
    union all
    select
        owner, 'member_follows', cast(null as varchar), match_name, full_name, cast(null as varchar),
        cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as date),
        min(first_on), max(last_on), min(archive_no)
    from staging.member_follows
    group by owner, match_name, full_name
    union all
    select
        owner, 'acknowledgements', address_key, match_name, full_name, first_name, last_name, cast(null as varchar),
        company, position, cast(null as date), min(first_on), max(last_on), min(archive_no)
    from staging.acknowledgements
    where address_key is not null or match_name is not null
    group by owner, address_key, match_name, full_name, first_name, last_name, company, position
    union all
    select
        owner, 'added', person_key, match_name, full_name, cast(null as varchar), cast(null as varchar), lower(email),
        company, position, cast(null as date), added_on, added_on, cast(null as integer)
    from curation.added_contacts
    union all
    select
        owner, source, person_key, match_name, full_name, first_name, last_name, email, company, position,
        cast(null as date), min(first_on), max(last_on), min(archive_no)
    from staging.contact_lists
    where person_key is not null or match_name is not null
    group by owner, source, person_key, match_name, full_name, first_name, last_name, email, company, position
)
select
    owner, source, person_key, match_name,
    case when not is_unnamed then full_name end as full_name,
    case when not is_unnamed then first_name end as first_name,
    case when not is_unnamed then last_name end as last_name,
    email, company, position, connected_on, first_on, last_on, archive_no
from (
    select *, coalesce(lower(trim(full_name)) = 'linkedin member', false) as is_unnamed
    from mentioned
) as marked
