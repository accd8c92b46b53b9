-- Ids that turned out to name a person already known by another: each person's keys would give these by themselves, and
-- persons merged by hand had them before.
--
-- columns:
--   alias_id   the other id
--   person_id  the id in use
select distinct own_id as alias_id, person_id
from identity.person_keys
where own_id <> person_id
union
select separate_id, person_id
from identity.person_keys
where separate_id <> person_id
