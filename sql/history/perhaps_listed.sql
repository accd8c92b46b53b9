-- Contacts whom a list of followers may name without saying which: it holds a name that several contacts bear, under no
-- key of somebody known by address. That list does not prove them absent, nor does any until the next complete one.
--
-- columns:
--   owner      slug of the member
--   person_id  the contact
--   rank       place of the list in export order
--   from_on    day of the list
--   until_on   day of the next complete list, 9999-12-31 without one
with lists as (
    select
        owner, rank, exported_on as from_on,
        min(case when is_complete then rank end) over (
            partition by owner order by rank rows between 1 following and unbounded following
        ) as next_rank
    from staging.follower_lists
),
addressed as (
    select distinct person_id
    from identity.person_keys
    where person_key like 'slug:%' or person_key like 'dated:%'
),
open_names as (
    select distinct p.owner, p.match_name, p.from_rank, p.until_rank
    from staging.listed_people as p
    join identity.names as n on n.owner = p.owner and n.match_name = p.match_name and n.candidates > 1
    left join identity.person_keys as k on k.person_key = p.person_key
    left join addressed as a on a.person_id = k.person_id
    where p.slug_key is null and a.person_id is null
)
select distinct i.owner, i.person_id, l.rank, l.from_on, coalesce(u.exported_on, date '9999-12-31') as until_on
from identity.people as i
join open_names as o on o.owner = i.owner and o.match_name = i.match_name
join lists as l on l.owner = o.owner and l.rank >= o.from_rank and l.rank < o.until_rank
left join staging.follower_lists as u on u.owner = l.owner and u.rank = l.next_rank
