-- The contacts laid out for a table on a screen: what is searched as one lower-case text, the tags as one text, and each
-- order in which they can be shown as a number. To be read by ids first; for anything else, contacts is the table.
--
-- columns:
--   owner              slug of the member whose exports these are
--   person_id          names a person; stays the same over rebuilds and further files
--   full_name          see contacts
--   first_name         see contacts
--   last_name          see contacts
--   profile_url        see contacts
--   email              see contacts
--   company            see contacts
--   position           see contacts
--   segment            see contacts
--   is_connection      see contacts
--   connected_on       see contacts
--   follows_me         see contacts
--   i_follow           see contacts
--   tags               see contacts
--   messages_sent      see contacts
--   messages_received  see contacts
--   first_message_at   see contacts
--   last_message_at    see contacts
--   first_seen_on      see contacts
--   last_seen_on       see contacts
--   segment_since      see contacts
--   search             name, company, position, e-mail address and tags in lower case
--   tag_text           the tags, each between two bars: |founder|mentor|
--   rank_name          place among the owner's contacts by name
--   rank_company       place by company, NULL without one
--   rank_position      place by position, NULL without one
--   rank_connected     place by day of connecting, the newest first, NULL where never connected
--   rank_recent        place by last message, the newest first, NULL without messages
--   rank_messages      place by number of messages both ways, the most first, NULL without messages
--   rank_seen          place by the first export that names them, the newest first
with named as (
    select
        *,
        cast(
            row_number() over (partition by owner order by coalesce(lower(full_name), ''), person_id) as integer
        ) as rank_name
    from marts.contacts
)
select
    owner, person_id, full_name, first_name, last_name, profile_url, email, company, position, segment, is_connection,
    connected_on, follows_me, i_follow, tags, messages_sent, messages_received, first_message_at, last_message_at,
    first_seen_on, last_seen_on, segment_since,
    lower(concat_ws(' ', full_name, company, position, email, array_to_string(tags, ' '))) as search,
    concat('|', array_to_string(tags, '|'), '|') as tag_text,
    rank_name,
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
order by owner, rank_name
