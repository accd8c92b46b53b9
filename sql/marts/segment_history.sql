-- Each contact's segment over time, by the same rules as the present one.
--
-- columns:
--   owner       slug of the member
--   person_id   the contact
--   segment     the segment, see contacts
--   valid_from  first day: a connection counts from its day, the rest from the first file that says it
--   valid_to    day on which it becomes another; 9999-12-31 while it holds
select owner, person_id, segment, valid_from, valid_to from history.segment_periods
