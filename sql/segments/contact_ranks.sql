-- Each order in which contacts can be shown, as a number: where a contact stands among the owner's.
--
-- columns:
--   owner           slug of the member whose exports these are
--   person_id       the contact
--   rank_name       place by name
--   rank_company    place by company, NULL without one
--   rank_position   place by position, NULL without one
--   rank_connected  place by day of connecting, the newest first, NULL where never connected
--   rank_recent     place by last message, the newest first, NULL without messages
--   rank_messages   place by number of messages both ways, the most first, NULL without messages
--   rank_seen       place by the first export that names them, the newest first
with named as (
    -- namesakes stand in the order of their addresses, for ids depend on which file came first
    select
        *,
        cast(
            row_number() over (
                partition by owner
                order by
                    coalesce(lower(full_name), ''), coalesce(profile_url, ''),
                    coalesce(connected_on, date '9999-12-31'), person_id
            ) as integer
        ) as rank_name
    from segments.contacts
)
select
    owner, person_id, rank_name,
    case when company is not null then cast(
        row_number() over (partition by owner order by lower(company) nulls last, rank_name) as integer
    ) end as rank_company,
    case when position is not null then cast(
        row_number() over (partition by owner order by lower(position) nulls last, rank_name) as integer
    ) end as rank_position,
    case when connected_on is not null then cast(
        row_number() over (partition by owner order by connected_on desc nulls last, rank_name) as integer
    ) end as rank_connected,
    case when last_message_at is not null then cast(
        row_number() over (partition by owner order by last_message_at desc nulls last, rank_name) as integer
    ) end as rank_recent,
    case when messages_sent + messages_received > 0 then cast(
        row_number() over (
            partition by owner order by messages_sent + messages_received desc nulls last, rank_name
        ) as integer
    ) end as rank_messages,
    cast(row_number() over (
        partition by owner order by first_seen_on desc nulls last, rank_name
    ) as integer) as rank_seen
from named
