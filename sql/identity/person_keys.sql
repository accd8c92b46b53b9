-- Every key and the person it names. A person's id comes from the key known first and stays while files are added.
--
-- columns:
--   person_key  a key: slug, member_id, member_number, sales_id, dated (owner, name and day of connecting) or named
--   own_id      the id that this key alone would give
--   person_id   the person
--   is_by_name  whether the key is tied to the rest of the person by name alone
with recursive reached as (
    select key_a as component, key_b as person from identity.name_links
    union
    select r.component, p.key_b
    from reached as r
    join identity.name_links as p on p.key_a = r.person
),
by_name as (
    select component, least(component, min(person)) as person
    from reached
    group by component
),
keyed as (
    select person_key, component from identity.components
    union
    select m.person_key, m.person_key
    from identity.mentions as m
    left join identity.components as c on c.person_key = m.person_key
    where m.person_key is not null and c.person_key is null
),
grouped as (
    select
        k.person_key,
        k.component,
        coalesce(n.person, k.component) as person,
        n.person is not null as is_by_name
    from keyed as k
    left join by_name as n on n.component = k.component
),
-- whom the owner follows, or who is listed as a follower, is somebody by name alone where nobody with an address bears
-- it, else a key of the one who does; a bare name in a message or an invitation makes nobody a contact
bare as (
    select distinct owner, match_name
    from identity.mentions
    where person_key is null and source in ('member_follows', 'follower_list')
),
bare_keys as (
    select
        'named:' || b.owner || '|' || b.match_name as person_key,
        coalesce(min(g.person), 'named:' || b.owner || '|' || b.match_name) as person,
        count(n.component) > 0 as is_by_name
    from bare as b
    left join identity.namesakes as n on n.owner = b.owner and n.match_name = b.match_name
    left join (select distinct component, person from grouped) as g on g.component = n.component
    group by b.owner, b.match_name
    having count(distinct g.person) <= 1
),
all_keys as (
    select person_key, person, is_by_name from grouped
    union all
    select person_key, person, is_by_name from bare_keys
),
-- ids given before win, the earliest first; a group without one takes the id of its smallest key
known as (
    select
        a.person,
        k.person_id,
        row_number() over (partition by a.person order by k.registered_no) as choice,
        row_number() over (partition by k.person_id order by k.registered_no) as claim
    from all_keys as a
    join raw.person_ids as k on k.person_key = a.person_key
),
chosen as (
    select person, person_id
    from known
    where choice = 1 and claim = 1
),
named as (
    select
        a.person_key,
        'p' || substr(md5(a.person_key), 1, 20) as own_id,
        a.person,
        min(a.person_key) over (partition by a.person) as smallest_key,
        a.is_by_name
    from all_keys as a
)
select
    n.person_key,
    n.own_id,
    coalesce(c.person_id, 'p' || substr(md5(n.smallest_key), 1, 20)) as person_id,
    n.is_by_name
from named as n
left join chosen as c on c.person = n.person
