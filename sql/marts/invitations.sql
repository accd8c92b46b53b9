-- Invitations to connect, both ways; no row twice. LinkedIn exports pending and recent ones alone.
--
-- columns:
--   owner      slug of the member whose exports these are
--   person_id  the other side; NULL for a closed account and for a name that several bear
--   direction  incoming or outgoing
--   sent_at    time, UTC, whole minutes
--   message    the note sent along
--   first_seen_on  export date of the first file with it
with resolved as (
    select
        i.owner,
        p.person_id,
        i.direction,
        i.sent_at,
        i.message,
        min(i.first_on) over (
            partition by i.owner, i.direction, i.sent_at, coalesce(i.match_name, i.address_key, '')
        ) as first_seen_on,
        max(i.last_on) over (
            partition by i.owner, i.direction, i.sent_at, coalesce(i.match_name, i.address_key, '')
        ) as last_on,
        -- who moved to another address since is in a later file under that one: a name and a minute are one invitation
        row_number() over (
            partition by i.owner, i.direction, i.sent_at, coalesce(i.match_name, i.address_key, '')
            order by p.person_id is null, i.last_on desc, i.address_key, i.message
        ) as choice
    from staging.invitations as i
    left join identity.person_keys as k on k.person_key = i.address_key
    left join identity.names as n on i.address_key is null and n.owner = i.owner and n.match_name = i.match_name
    left join identity.profiles as p on p.owner = i.owner and p.person_id = coalesce(k.person_id, n.person_id)
),
chosen as (
    select owner, person_id, direction, sent_at, message, first_seen_on, last_on from resolved where choice = 1
),
told as (
    select
        owner, direction, sent_at, min(person_id) as person_id, min(first_seen_on) as first_seen_on,
        max(last_on) as last_on
    from chosen
    where person_id is not null
    group by owner, direction, sent_at
    having count(distinct person_id) = 1
),
-- until 2023 a file has names alone: one that nobody bears today is who stands at that minute in other files, and never
-- beside the name in one
placed as (
    select
        c.owner, coalesce(c.person_id, t.person_id) as person_id, c.direction, c.sent_at, c.message, c.first_seen_on
    from chosen as c
    left join told as t
        on c.person_id is null and t.owner = c.owner and t.direction = c.direction and t.sent_at = c.sent_at
        and (c.last_on < t.first_seen_on or t.last_on < c.first_seen_on)
)
select owner, person_id, direction, sent_at, max(message) as message, min(first_seen_on) as first_seen_on
from placed
group by owner, person_id, direction, sent_at
