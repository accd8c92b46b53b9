-- Endorsed skills of the owner's.
select owner, person_id, 'skills endorsed: ' || cast(count(*) as varchar) as reason
from main.acknowledgements
where kind = 'endorsement_received' and person_id is not null
group by owner, person_id
