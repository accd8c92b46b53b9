-- Every contact has one segment, and it is the one that its connection and follow states give.
--
-- guards: segments.contacts
select owner, person_id, segment
from segments.contacts
where segment is null
    or (segment = 'connection_only') <> (is_connection and follows_me = 'no')
    or (segment = 'connection_and_follower') <> (is_connection and follows_me <> 'no')
    or (segment = 'follower_only') <> (not is_connection and follows_me = 'yes')
    or (segment = 'following_only') <> (not is_connection and follows_me <> 'yes' and i_follow = 'yes')
