-- Founds, owns or leads, down to vice presidents, by the words of the title in seven languages (see roles).
select c.owner, c.person_id, c.position as reason
from main.contacts as c
join main.roles as r on r.owner = c.owner and r.person_id = c.person_id and r.position = c.position
where r.seniority in ('founder_or_owner', 'executive', 'partner', 'vice_president')
