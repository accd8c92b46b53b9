-- Who bears which name in an owner's files, before names tie anything: one row per owner, name and group of keys.
-- A list of followers keys people by member id, Connections.csv by address: the same person stands under both.
-- They are taken for one only where each kind of key has at most one bearer of the name, so that nothing is guessed.
--
-- columns:
--   owner       slug of the member whose exports these are
--   match_name  name as compared
--   component   a group of keys that bears the name
--   joined_to   the smallest group among those that are one by name
with keyed as (
    select distinct
        m.owner,
        m.match_name,
        m.person_key,
        coalesce(c.component, m.person_key) as component
    from identity.mentions as m
    left join identity.components as c on c.person_key = m.person_key
    where m.person_key is not null and m.match_name is not null
),
kinds_of_keys as (
    select person_key, component from identity.components
    union
    select person_key, component from keyed
),
kinds as (
    select distinct
        component,
        -- an address and a connection's own key are both what Connections.csv knows people by
        case split_part(person_key, ':', 1) when 'dated' then 'slug' else split_part(person_key, ':', 1) end as kind
    from kinds_of_keys
),
bearers as (
    select distinct k.owner, k.match_name, k.component, n.kind
    from keyed as k
    join kinds as n on n.component = k.component
),
rivals as (
    select distinct owner, match_name
    from (
        select owner, match_name, kind
        from bearers
        group by owner, match_name, kind
        having count(distinct component) > 1
    ) as contested
),
bearer_components as (
    select distinct owner, match_name, component from bearers
)
select
    b.owner,
    b.match_name,
    b.component,
    case
        when r.match_name is null
            then min(b.component) over (partition by b.owner, b.match_name)
        else b.component
    end as joined_to
from bearer_components as b
left join rivals as r on r.owner = b.owner and r.match_name = b.match_name
