-- One row per owner and person that the owner's files know. Hidden connections and 'LinkedIn Member' are nobody.
--
-- columns:
--   owner              slug of the member whose exports these are
--   person_id          names a person; stays the same over rebuilds and further files
--   full_name          as LinkedIn gave it last
--   first_name         as LinkedIn gave it last
--   last_name          as LinkedIn gave it last
--   profile_url        https://www.linkedin.com/in/<slug>, slug percent-decoded; with a member id in the slug's place
--                      where only that is known; NULL where neither is
--   email              last known
--   company            last known
--   position           last known
--   segment            connection_and_follower, connection_only, follower_only, following_only, former_connection or
--                      other_contact
--   is_connection      in the newest file that lists connections
--   connected_on       day of connecting; NULL where never connected
--   follows_me         yes (named in a follower list), no (absent from a complete one), assumed (a connection) or unknown
--   i_follow           yes, no (as the exports say), assumed (a connection or invited) or unknown
--   tags               rule tags and manual tags, sorted
--   messages_sent      messages the owner wrote to them
--   messages_received  messages they wrote to the owner
--   first_message_at   time of the first message, UTC
--   last_message_at    time of the last message, UTC
--   first_seen_on      export date of the first file naming the person
--   last_seen_on       export date of the last file naming the person
--   segment_since      day since which the segment holds
with tagged as (
    select owner, person_id, list_sort(array_agg(distinct tag)) as tags
    from marts.contact_tags
    group by owner, person_id
)
select
    c.owner, c.person_id, c.full_name, c.first_name, c.last_name, c.profile_url, c.email, c.company, c.position,
    c.segment, c.is_connection, c.connected_on, c.follows_me, c.i_follow,
    coalesce(t.tags, cast([] as varchar[])) as tags,
    c.messages_sent, c.messages_received, c.first_message_at, c.last_message_at, c.first_seen_on, c.last_seen_on,
    p.valid_from as segment_since
from segments.contacts as c
left join tagged as t on t.owner = c.owner and t.person_id = c.person_id
left join history.segment_periods as p
    on p.owner = c.owner and p.person_id = c.person_id and p.valid_to = date '9999-12-31'
