-- Every key by which a person is known, such as the addresses that a profile has had. What a person types is kept under
-- a key, for keys outlive rebuilds and merges.
--
-- columns:
--   person_key   a key: slug:…, member_id:…, member_number:…, sales_id:…; dated:… or named:… where there is no address
--   person_id    the person
--   separate_id  the id that the key's person has without the merges made by hand
select person_key, person_id, separate_id
from identity.person_keys
