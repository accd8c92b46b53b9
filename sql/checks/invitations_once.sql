-- No invitation stands twice.
--
-- guards: marts.invitations
select owner, person_id, direction, sent_at
from marts.invitations
where person_id is not null
group by owner, person_id, direction, sent_at
having count(*) > 1
