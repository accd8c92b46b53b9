-- Wrote a recommendation for the owner or endorsed a skill: people who have already spoken up.
select owner, person_id, array_to_string(list_sort(array_agg(distinct kind)), ', ') as reason
from main.acknowledgements
where kind in ('endorsement_received', 'recommendation_received') and person_id is not null
group by owner, person_id
