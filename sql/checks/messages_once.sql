-- No message stands twice with the same counterpart, and every one kept in staging is with somebody or nobody.
--
-- guards: segments.messages
select row_id, person_id from segments.messages group by row_id, person_id having count(*) > 1
