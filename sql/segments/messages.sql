-- One row per message and counterpart: each recipient of what the owner wrote, the sender of what the owner received.
--
-- columns:
--   row_id           the row in raw.messages that holds subject and text
--   owner            slug of the member whose exports these are
--   conversation_id  conversation
--   person_id        the counterpart; NULL for 'LinkedIn Member' and for a name that several bear
--   direction        sent or received
--   sent_at          time in UTC
--   folder           folder in the newest export
with owners as (
    select distinct o.owner, k.person_id
    from raw.owner_addresses as o
    join identity.person_keys as k on k.person_key = 'slug:' || o.slug
),
received as (
    select
        m.row_id, m.owner, m.conversation_id, m.sent_at, m.folder, 'received' as direction,
        m.sender_key as address_key, n.match_name
    from staging.messages as m
    left join raw.names as n on m.sender_key is null and n.name = trim(m.sender_name)
    where not m.is_sent
),
sent as (
    select distinct
        m.row_id, m.owner, m.conversation_id, m.sent_at, m.folder, 'sent' as direction, r.address_key, n.match_name
    from staging.messages as m
    left join staging.recipients as r
        on r.owner = m.owner and coalesce(r.recipient_names, '') = coalesce(m.recipient_names, '')
        and coalesce(r.recipient_urls, '') = coalesce(m.recipient_urls, '')
    left join raw.names as n on r.address_key is null and n.name = r.full_name
    where m.is_sent
),
sides as (
    select * from received
    union all
    select * from sent
),
-- until 2021 recipients have no address, but who answers in the same conversation does
answering as (
    select s.owner, s.conversation_id, n.match_name, min(k.person_id) as person_id
    from (
        select distinct owner, conversation_id from sides where address_key is null and match_name is not null
    ) as s
    join staging.messages as m on m.owner = s.owner and m.conversation_id = s.conversation_id
    join raw.names as n on n.name = trim(m.sender_name)
    join identity.person_keys as k on k.person_key = m.sender_key
    where not m.is_sent and s.conversation_id <> ''
    group by s.owner, s.conversation_id, n.match_name
    having count(distinct k.person_id) = 1
),
resolved as (
    select
        s.row_id, s.owner, s.conversation_id, s.sent_at, s.folder, s.direction,
        coalesce(k.person_id, a.person_id, n.person_id) as person_id
    from sides as s
    left join identity.person_keys as k on k.person_key = s.address_key
    left join answering as a
        on s.address_key is null and a.owner = s.owner and a.conversation_id = s.conversation_id
        and a.match_name = s.match_name
    left join identity.names as n
        on s.address_key is null and n.owner = s.owner and n.match_name = s.match_name
)
select distinct
    r.row_id, r.owner, r.conversation_id, r.person_id, r.direction, r.sent_at, r.folder
from resolved as r
left join owners as o on o.owner = r.owner and o.person_id = r.person_id
where o.person_id is null
