-- Every contact of every owner with segment and facts: all of the published contacts but the tags.
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
--   follows_me         yes, no, assumed or unknown: see follow_evidence for the reason
--   i_follow           yes, no, assumed or unknown: see follow_evidence for the reason
--   messages_sent      messages the owner wrote to them
--   messages_received  messages they wrote to the owner
--   first_message_at   time of the first message, UTC
--   last_message_at    time of the last message, UTC
--   first_seen_on      export date of the first file naming the person
--   last_seen_on       export date of the last file naming the person
with known as (
    select
        p.owner, p.person_id, p.full_name, p.first_name, p.last_name, p.profile_url, p.email, p.company, p.position,
        coalesce(c.is_connection, false) as is_connection,
        c.person_id is not null as was_connection,
        c.connected_on,
        coalesce(f.state, 'unknown') as follows_me,
        coalesce(i.state, 'unknown') as i_follow,
        coalesce(m.messages_sent, 0) as messages_sent,
        coalesce(m.messages_received, 0) as messages_received,
        m.first_message_at,
        m.last_message_at,
        p.first_seen_on,
        p.last_seen_on
    from identity.profiles as p
    left join segments.connections as c on c.owner = p.owner and c.person_id = p.person_id
    left join segments.follows_me as f on f.owner = p.owner and f.person_id = p.person_id
    left join segments.i_follow as i on i.owner = p.owner and i.person_id = p.person_id
    left join segments.message_counts as m on m.owner = p.owner and m.person_id = p.person_id
)
select
    owner, person_id, full_name, first_name, last_name, profile_url, email, company, position,
    case
        when is_connection and follows_me = 'no' then 'connection_only'
        when is_connection then 'connection_and_follower'
        when follows_me = 'yes' then 'follower_only'
        when i_follow = 'yes' then 'following_only'
        when was_connection then 'former_connection'
        else 'other_contact'
    end as segment,
    is_connection,
    connected_on,
    follows_me,
    i_follow,
    messages_sent,
    messages_received,
    first_message_at,
    last_message_at,
    first_seen_on,
    last_seen_on
from known
