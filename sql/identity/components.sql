-- The keys that links tie together, each under the smallest key of its group; merges by hand come later, for they join
-- persons. A key without links is not listed.
--
-- columns:
--   person_key  a key
--   component   the smallest key of its group
with recursive pairs as (
    select key_a, key_b from identity.links where reason <> 'merged'
    union
    select key_b, key_a from identity.links where reason <> 'merged'
),
reached as (
    select key_a as person_key, key_b as component from pairs
    union
    select r.person_key, p.key_b
    from reached as r
    join pairs as p on p.key_a = r.component
)
select person_key, min(component) as component
from reached
group by person_key
