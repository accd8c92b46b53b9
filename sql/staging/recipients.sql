-- Who is in each distinct list of recipients. Names are given to addresses where the two lists have the same length:
-- names may hold commas themselves. Of a longer list of names those are told apart that have a blank behind each comma
-- of their own, as before a degree.
--
-- columns:
--   owner            slug of the member whose exports these are
--   recipient_urls   the list of addresses, as in the file; NULL in files without (until 2021)
--   recipient_names  the list of names, as in the file
--   address_key      key of one recipient's address; NULL where only a name is known
--   full_name        that recipient's name, NULL where it can't be told
--   is_member        a closed account: 'LinkedIn Member', nobody
with lists as (
    select distinct owner, recipient_urls, recipient_names
    from staging.messages
    where is_sent
),
counted as (
    select
        owner,
        recipient_urls,
        recipient_names,
        coalesce(length(recipient_urls) - length(replace(recipient_urls, ',', '')) + 1, 0) as addresses,
        coalesce(length(recipient_names) - length(replace(recipient_names, ',', '')) + 1, 0) as names
    from lists
),
-- a closed account has a name and no address: without it the names may be as many as the addresses
opened as (
    select
        owner,
        recipient_urls,
        recipient_names,
        addresses,
        names,
        case
            when addresses between 1 and names - 1
                -- each name between two commas of its own: of two closed accounts side by side both are found
                then trim(
                    replace(
                        regexp_replace(
                            ',' || replace(recipient_names, ',', ',,') || ',', ', *LinkedIn Member *,', '', 'g'
                        ),
                        ',,', ','
                    ),
                    ','
                )
            else recipient_names
        end as open_names
    from counted
),
places as (
    select
        owner,
        recipient_urls,
        recipient_names,
        addresses,
        open_names,
        length(open_names) - length(replace(open_names, ',', '')) + 1 as names,
        replace(open_names, ', ', chr(30)) as uncut_names,
        unnest(generate_series(1, greatest(addresses, case when addresses = 0 then names else 0 end))) as place
    from opened
),
parts as (
    select
        owner,
        recipient_urls,
        recipient_names,
        addresses,
        place,
        trim(list_extract(string_split(recipient_urls, ','), place)) as address,
        case
            when addresses = 1 then trim(open_names)
            when addresses = names or addresses = 0 then trim(list_extract(string_split(open_names, ','), place))
            when addresses = length(uncut_names) - length(replace(uncut_names, ',', '')) + 1
                then trim(replace(list_extract(string_split(uncut_names, ','), place), chr(30), ', '))
        end as full_name
    from places
),
addressed as (
    select
        p.owner,
        p.recipient_urls,
        p.recipient_names,
        p.addresses,
        p.place,
        a.key_kind || ':' || a.key_value as address_key,
        p.full_name
    from parts as p
    left join raw.addresses as a on a.address = p.address
),
-- names that stand alone somewhere: of connections, of senders, and of recipients with an address
single_names as (
    select owner, match_name from staging.connections where match_name is not null
    union
    select m.owner, n.match_name
    from (select distinct owner, sender_name from staging.messages) as m
    join raw.names as n on n.name = trim(m.sender_name)
    union
    select a.owner, n.match_name
    from addressed as a
    join raw.names as n on n.name = a.full_name
    where a.address_key is not null
),
-- names are compared without what follows a comma (degrees): where that is somebody's name, there are several
several_names as (
    select distinct a.owner, a.recipient_names
    from addressed as a
    join raw.names as n on n.name = a.full_name
    join single_names as c on c.owner = a.owner and c.match_name = n.match_name
    where a.addresses = 0 and a.place > 1
),
-- a name with a comma in it, in a list without addresses, is whole where the whole is a known name
whole_names as (
    select distinct a.owner, a.recipient_names
    from addressed as a
    join raw.names as n on n.name = trim(a.recipient_names)
    join single_names as c on c.owner = a.owner and c.match_name = n.match_name
    left join several_names as s on s.owner = a.owner and s.recipient_names = a.recipient_names
    where a.addresses = 0 and a.recipient_names like '%,%' and s.recipient_names is null
),
closed as (
    select owner, recipient_urls, recipient_names
    from counted
    where addresses < names
        and (
            recipient_names = 'LinkedIn Member'
            or recipient_names like 'LinkedIn Member,%'
            or recipient_names like '%,LinkedIn Member'
            or recipient_names like '%,LinkedIn Member,%'
            or recipient_names like '%, LinkedIn Member%'
        )
),
-- an address that names nobody, beside a name that is none, is somebody who is not known
unnamed as (
    select owner, recipient_urls, recipient_names from closed
    union
    select owner, recipient_urls, recipient_names
    from addressed
    where addresses > 0 and address_key is null and full_name = 'LinkedIn Member'
)
select distinct
    a.owner,
    a.recipient_urls,
    a.recipient_names,
    a.address_key,
    case when a.full_name <> 'LinkedIn Member' then nullif(a.full_name, '') end as full_name,
    false as is_member
from addressed as a
left join whole_names as w
    on w.owner = a.owner and w.recipient_names = a.recipient_names and a.addresses = 0
where w.recipient_names is null
    and (a.address_key is not null or coalesce(a.full_name, '') not in ('', 'LinkedIn Member'))
union all
select distinct owner, cast(null as varchar), recipient_names, cast(null as varchar), recipient_names, false
from whole_names
union all
select owner, recipient_urls, recipient_names, cast(null as varchar), cast(null as varchar), true
from unnamed
