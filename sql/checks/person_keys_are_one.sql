-- Every key names one person, and two people are never given one id by two groups of keys.
--
-- guards: identity.person_keys
select person_key from identity.person_keys group by person_key having count(*) > 1
