-- Nobody is in two rows: one row per owner and person, and no address stands twice with one owner.
--
-- guards: marts.contacts
select owner, person_id as twice from marts.contacts group by owner, person_id having count(*) > 1
union all
select owner, profile_url from marts.contacts where profile_url is not null group by owner, profile_url having count(*) > 1
