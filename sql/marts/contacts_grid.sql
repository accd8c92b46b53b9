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
select
    c.owner, c.person_id, c.full_name, c.first_name, c.last_name, c.profile_url, c.email, c.company, c.position, c.segment,
    c.is_connection, c.connected_on, c.follows_me, c.i_follow, c.messages_sent, c.messages_received,
    c.first_message_at, c.last_message_at, c.first_seen_on, c.last_seen_on, c.segment_since,
    lower(concat_ws(' ', c.full_name, c.company, c.position, c.email, array_to_string(c.tags, ' '))) as search,
    concat('|', array_to_string(c.tags, '|'), '|') as tag_text,
    r.rank_name, r.rank_company, r.rank_position, r.rank_connected, r.rank_recent, r.rank_messages, r.rank_seen
from marts.contacts as c
join segments.contact_ranks as r on r.owner = c.owner and r.person_id = c.person_id
order by c.owner, r.rank_name
