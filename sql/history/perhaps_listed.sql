-- Contacts whom a complete list may name without saying which: it holds a name that several contacts bear. Until the
-- next complete list they are not taken for absent.
--
-- columns:
--   owner      slug of the member
--   person_id  the contact
--   from_on    day of the complete list
--   until_on   day of the next complete list, 9999-12-31 without one
with complete as (
    select
        owner, rank, exported_on as from_on,
        lead(rank) over (partition by owner order by rank) as next_rank,
        coalesce(lead(exported_on) over (partition by owner order by rank), date '9999-12-31') as until_on
    from staging.follower_lists
    where is_complete
),
open_names as (
    select distinct c.owner, c.from_on, c.until_on, p.match_name
    from complete as c
    join staging.listed_people as p
        on p.owner = c.owner and p.until_rank > c.rank and p.from_rank < coalesce(c.next_rank, 1000000000)
    join identity.names as n on n.owner = p.owner and n.match_name = p.match_name and n.candidates > 1
    where p.slug_key is null
)
select distinct i.owner, i.person_id, o.from_on, o.until_on
from identity.people as i
join open_names as o on o.owner = i.owner and o.match_name = i.match_name
