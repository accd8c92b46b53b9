-- Endorsements and recommendations, given and received, with the person on the other side where that is certain.
--
-- columns:
--   owner            slug of the member whose exports these are
--   person_id        the person, NULL where the file has a name alone that no contact or several contacts bear
--   kind             endorsement_received, endorsement_given, recommendation_received or recommendation_given
--   full_name        name as shown
--   acknowledged_at  when, UTC
--   first_seen_on    export date of the first file with it
select
    a.owner,
    p.person_id,
    a.kind,
    a.full_name,
    a.acknowledged_at,
    a.first_on as first_seen_on
from staging.acknowledgements as a
left join identity.person_keys as k on k.person_key = a.address_key
left join identity.names as n on a.address_key is null and n.owner = a.owner and n.match_name = a.match_name
left join identity.profiles as p on p.owner = a.owner and p.person_id = coalesce(k.person_id, n.person_id)
