-- Why each follow state is what it is: one row per contact and direction for every state but unknown.
--
-- columns:
--   owner       slug of the member whose exports these are
--   person_id   the contact
--   direction   follows_me or i_follow
--   state       yes, no or assumed
--   source      follower_list, member_follows, connection_default (connecting makes both sides follow),
--               invitation_default (inviting makes the sender follow) or complete_list_absence
--   match       how the file's row names the person: url, member_id or name; rule where no row does
--   archive_id  the file that gives the reason
select owner, person_id, 'follows_me' as direction, state, source, match, archive_id from segments.follows_me
union all
select owner, person_id, 'i_follow', state, source, match, archive_id from segments.i_follow
