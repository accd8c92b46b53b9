-- Every key and the person it names. A person's id comes from the key known first and stays while files are added.
-- A merge by hand joins persons as they are: each keeps an id of its own for the day on which they are split, and the id
-- in use is that of the one to be kept.
--
-- columns:
--   person_key  a key: slug, member_id, member_number, sales_id, dated (owner, name and day of connecting) or named
--   own_id      the id that this key alone would give
--   person_id   the person
--   separate_id the id that the person has without the merges made by hand
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
proved as (
    select
        k.person_key,
        k.component,
        coalesce(n.person, k.component) as person,
        n.person is not null as is_by_name
    from keyed as k
    left join by_name as n on n.component = k.component
),
decisions as (
    select a.person as person_a, b.person as person_b, m.kept_id, m.decided
    from curation.merges as m
    join proved as a on a.person_key = m.keep_key
    join proved as b on b.person_key = m.other_key
),
pairs as (
    select person_a, person_b from decisions
    union
    select person_b, person_a from decisions
),
joined as (
    select person_a as person, person_b as whole from pairs
    union
    select j.person, p.person_b
    from joined as j
    join pairs as p on p.person_a = j.whole
),
merged as (
    select person, min(whole) as whole
    from joined
    group by person
),
grouped as (
    select p.person_key, p.component, p.person, coalesce(m.whole, p.person) as whole, p.is_by_name
    from proved as p
    left join merged as m on m.person = p.person
),
-- whom the owner follows, or who is in a list, is somebody by name alone where nobody with an address bears it, else a
-- key of the one who does; a bare name in a message or an invitation makes nobody a contact
bare as (
    select distinct owner, match_name
    from identity.mentions
    where person_key is null and source in ('member_follows', 'follower_list', 'contact_list')
),
bare_keys as (
    select
        'named:' || b.owner || '|' || b.match_name as person_key,
        coalesce(min(g.person), 'named:' || b.owner || '|' || b.match_name) as person,
        coalesce(min(g.whole), 'named:' || b.owner || '|' || b.match_name) as whole,
        count(n.component) > 0 as is_by_name
    from bare as b
    left join identity.namesakes as n on n.owner = b.owner and n.match_name = b.match_name
    left join (select distinct component, person, whole from grouped) as g on g.component = n.component
    group by b.owner, b.match_name
    having count(distinct g.whole) <= 1
),
all_keys as (
    select person_key, person, whole, is_by_name from grouped
    union all
    select person_key, person, whole, is_by_name from bare_keys
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
        coalesce(
            c.person_id, 'p' || substr(md5(min(a.person_key) over (partition by a.person)), 1, 20)
        ) as separate_id,
        a.person,
        a.whole,
        a.is_by_name
    from all_keys as a
    left join chosen as c on c.person = a.person
),
-- the newest merge names the person to be kept, by the id that was in use by then
kept as (
    select d.whole, coalesce(k.separate_id, d.separate_id) as person_id
    from (
        select
            n.whole, n.separate_id, d.kept_id, row_number() over (partition by n.whole order by d.decided desc) as choice
        from decisions as d
        join (select distinct person, whole, separate_id from named) as n on n.person = d.person_a
    ) as d
    left join (select distinct whole, separate_id from named) as k on k.whole = d.whole and k.separate_id = d.kept_id
    where d.choice = 1
)
select
    n.person_key,
    n.own_id,
    coalesce(k.person_id, n.separate_id) as person_id,
    n.separate_id,
    n.is_by_name
from named as n
left join kept as k on k.whole = n.whole
