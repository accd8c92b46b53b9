-- Groups of keys that are one person by name. A list of followers keys people by member id, Connections.csv by address,
-- and before mid 2023 by name and day alone: the same person stands under each. They are taken for one only where each
-- kind of key has one bearer of the name, and where no other group of that kind could be the same person by another of
-- their names. Who connected with one member on different days are two people, so a name that both bear ties nobody.
-- Nothing is guessed, and whom a person split from the rest is left alone.
--
-- columns:
--   key_a  the smallest key of a group
--   key_b  the smallest key of the other
with kinds_of_keys as (
    select person_key, component from identity.components
    union
    select component, component from identity.namesakes
),
addressed as (
    select distinct component from kinds_of_keys where split_part(person_key, ':', 1) = 'slug'
),
-- whoever has an address has no need of a day to be told by: two who connected on one day are no rivals for it
kinds as (
    select distinct k.component, split_part(k.person_key, ':', 1) as kind
    from kinds_of_keys as k
    left join addressed as a on a.component = k.component
    where a.component is null or split_part(k.person_key, ':', 1) <> 'dated'
),
shared as (
    select owner, match_name
    from identity.namesakes
    group by owner, match_name
    having count(*) > 1
),
bearers as (
    select n.owner, n.match_name, n.component, k.kind
    from identity.namesakes as n
    join shared as s on s.owner = n.owner and s.match_name = n.match_name
    join kinds as k on k.component = n.component
),
connecting_days as (
    select distinct m.owner, coalesce(c.component, m.person_key) as component, m.connected_on
    from identity.mentions as m
    left join identity.components as c on c.person_key = m.person_key
    where m.source = 'connections'
),
connected as (
    select distinct b.owner, b.match_name, b.component, d.owner as member, d.connected_on
    from bearers as b
    join connecting_days as d on d.component = b.component
),
rivals as (
    select owner, match_name
    from bearers
    group by owner, match_name, kind
    having count(distinct component) > 1
    union
    select a.owner, a.match_name
    from connected as a
    join connected as b
        on b.owner = a.owner and b.match_name = a.match_name and b.component > a.component and b.member = a.member
    group by a.owner, a.match_name, a.component, b.component
    having not coalesce(bool_or(a.connected_on = b.connected_on), false)
),
split_off as (
    select coalesce(c.component, s.person_key) as component
    from curation.splits as s
    left join identity.components as c on c.person_key = s.person_key
),
pairs as (
    select distinct a.component as key_a, b.component as key_b, b.kind as kind_b
    from bearers as a
    join bearers as b on b.owner = a.owner and b.match_name = a.match_name and b.component <> a.component
    left join rivals as r on r.owner = a.owner and r.match_name = a.match_name
    left join split_off as x on x.component = a.component
    left join split_off as y on y.component = b.component
    where r.match_name is null and x.component is null and y.component is null
),
torn as (
    select key_a, kind_b
    from pairs
    group by key_a, kind_b
    having count(distinct key_b) > 1
),
certain as (
    select distinct p.key_a, p.key_b
    from pairs as p
    left join torn as t on t.key_a = p.key_a
    where t.key_a is null
)
select c.key_a, c.key_b
from certain as c
join certain as back on back.key_a = c.key_b and back.key_b = c.key_a
