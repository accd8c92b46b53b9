-- Whom each connection row means and in which exports it stood: hidden rows are nobody and not here.
--
-- columns:
--   owner         slug of the member whose exports these are
--   person_id     the person
--   row_id        the row in staging.connections
--   connected_on  day of connecting as the row has it
--   from_rank     place in export order of the first export showing the row
--   until_rank    place of the first export that proves it missing, or of the export still to come
--   from_on       export date at from_rank
--   until_on      export date at until_rank, 9999-12-31 where it stands
--   last_on       export date of the newest export that shows it
--   last_rank     its place in export order
select
    c.owner,
    k.person_id,
    c.row_id,
    c.connected_on,
    s.from_rank,
    s.until_rank,
    s.from_on,
    s.until_on,
    s.last_on,
    s.last_rank
from staging.connections as c
join staging.connection_spans as s on s.row_id = c.row_id
join identity.person_keys as k on k.person_key = c.person_key
join identity.profiles as p on p.owner = c.owner and p.person_id = k.person_id
