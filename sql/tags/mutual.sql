-- Proved both ways: named in a follower list, and followed by the owner as the exports say.
select owner, person_id, 'follows the owner and is followed' as reason
from main.contacts
where follows_me = 'yes' and i_follow = 'yes'
