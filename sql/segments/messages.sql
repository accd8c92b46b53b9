-- One row per message and counterpart: each recipient of what the owner wrote, the sender of what the owner received.
--
-- columns:
--   row_id           the row in raw.messages that holds subject and text
--   owner            slug of the member whose exports these are
--   conversation_id  conversation
--   person_id        the counterpart; NULL for 'LinkedIn Member' and for a name that no or several contacts bear
--   direction        sent or received
--   sent_at          time in UTC
--   folder           folder in the newest export
--   first_seen_on    export date of the first file with the message
with owners as (
    select distinct o.owner, k.person_id
    from raw.owner_addresses as o
    join identity.person_keys as k on k.person_key = 'slug:' || o.slug
),
others as (
    select
        r.owner, r.recipient_urls, r.recipient_names, r.person_id, r.bare_name,
        count(*) over (partition by r.owner, r.recipient_urls, r.recipient_names) > 1 as is_one_of_several
    from segments.recipients as r
    left join owners as o on o.owner = r.owner and o.person_id = r.person_id
    where o.person_id is null
),
-- a message to oneself has nobody on the other side
to_oneself as (
    select r.owner, r.recipient_urls, r.recipient_names
    from segments.recipients as r
    left join others as o
        on o.owner = r.owner and o.recipient_urls = r.recipient_urls and o.recipient_names = r.recipient_names
    where o.owner is null
),
received as (
    select
        m.row_id, m.owner, m.conversation_id, m.sent_at, m.folder, m.shown_since,
        coalesce(k.person_id, b.person_id) as person_id
    from staging.messages as m
    left join identity.person_keys as k on k.person_key = m.sender_key
    left join raw.names as n on m.sender_key is null and n.name = trim(m.sender_name)
    left join identity.names as b on b.owner = m.owner and b.match_name = n.match_name
    where m.counts and not m.is_sent
),
sent as (
    select
        m.row_id, m.owner, m.conversation_id, m.sent_at, m.folder, m.shown_since, r.person_id, r.bare_name,
        coalesce(r.is_one_of_several, false) as is_one_of_several
    from staging.messages as m
    left join others as r
        on r.owner = m.owner and r.recipient_names = coalesce(m.recipient_names, '')
        and r.recipient_urls = coalesce(m.recipient_urls, '')
    left join to_oneself as x
        on x.owner = m.owner and x.recipient_names = coalesce(m.recipient_names, '')
        and x.recipient_urls = coalesce(m.recipient_urls, '')
    where m.counts and m.is_sent and x.owner is null
),
-- until 2021 recipients have no address, but who answers in the same conversation does
unaddressed as (
    select distinct owner, conversation_id from sent where person_id is null and bare_name is not null
),
answering as (
    select s.owner, s.conversation_id, n.match_name, min(k.person_id) as person_id
    from unaddressed as s
    join staging.messages as m on m.owner = s.owner and m.conversation_id = s.conversation_id
    join raw.names as n on n.name = trim(m.sender_name)
    join identity.person_keys as k on k.person_key = m.sender_key
    join identity.profiles as p on p.owner = m.owner and p.person_id = k.person_id
    where not m.is_sent and s.conversation_id <> ''
    group by s.owner, s.conversation_id, n.match_name
    having count(distinct k.person_id) = 1
),
reached as (
    select
        s.row_id, s.owner, s.conversation_id, coalesce(s.person_id, a.person_id) as person_id, s.sent_at, s.folder,
        s.shown_since, s.is_one_of_several
    from sent as s
    left join answering as a
        on s.person_id is null and a.owner = s.owner and a.conversation_id = s.conversation_id
        and a.match_name = s.bare_name
),
-- whose account was closed since is 'LinkedIn Member' in the newest file; an older one may still say who that was
closed as (
    select
        m.row_id, m.owner, r.key_digest,
        (length(m.recipient_names) - length(replace(m.recipient_names, 'LinkedIn Member', '')))
        / length('LinkedIn Member') as members
    from staging.messages as m
    join raw.messages as r on r.row_id = m.row_id
    where m.counts and m.is_sent and m.recipient_names like '%LinkedIn Member%'
),
named_elsewhere as (
    select c.row_id, c.members, o.person_id
    from closed as c
    join raw.messages as v on v.owner = c.owner and v.key_digest = c.key_digest and v.row_id <> c.row_id
    join others as o
        on o.owner = v.owner and o.recipient_names = coalesce(v.recipient_names, '')
        and o.recipient_urls = coalesce(v.recipient_urls, '')
    left join reached as r on r.row_id = c.row_id and r.person_id = o.person_id
    where o.person_id is not null and r.row_id is null
    group by c.row_id, c.members, o.person_id
),
remembered as (
    select row_id, min(members) as members, count(*) as people
    from named_elsewhere
    group by row_id
    having count(*) <= min(members)
)
select
    r.row_id, r.owner, r.conversation_id, case when o.person_id is null then r.person_id end as person_id,
    'received' as direction, r.sent_at, r.folder, r.shown_since as first_seen_on
from received as r
left join owners as o on o.owner = r.owner and o.person_id = r.person_id
union all
select s.row_id, s.owner, s.conversation_id, s.person_id, 'sent', s.sent_at, s.folder, s.shown_since
from reached as s
left join remembered as m on m.row_id = s.row_id and m.people = m.members and s.person_id is null
where not s.is_one_of_several and m.row_id is null
union all
-- of several recipients, two may be one person, or nobody that is known
select distinct s.row_id, s.owner, s.conversation_id, s.person_id, 'sent', s.sent_at, s.folder, s.shown_since
from reached as s
left join remembered as m on m.row_id = s.row_id and m.people = m.members and s.person_id is null
where s.is_one_of_several and m.row_id is null
union all
select distinct s.row_id, s.owner, s.conversation_id, n.person_id, 'sent', s.sent_at, s.folder, s.shown_since
from remembered as m
join named_elsewhere as n on n.row_id = m.row_id
join reached as s on s.row_id = m.row_id
