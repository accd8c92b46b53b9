-- Who is named in the owner's follower lists, by the newest list that names them.
--
-- columns:
--   owner       slug of the member whose followers these are
--   person_id   the person
--   rank        place in export order of the newest list that names the person
--   archive_id  that list
--   match       how the list's row names the person: url, member_id or name
with resolved as (
    select
        p.owner,
        coalesce(k.person_id, n.person_id) as person_id,
        p.until_rank - 1 as rank,
        case
            when p.slug_key is not null then 'url'
            when p.person_key is not null and not k.is_by_name then 'member_id'
            else 'name'
        end as match
    from staging.listed_people as p
    left join identity.person_keys as k on k.person_key = p.person_key
    left join identity.names as n
        on p.person_key is null and n.owner = p.owner and n.match_name = p.match_name
),
newest as (
    select
        owner,
        person_id,
        rank,
        match,
        row_number() over (
            partition by owner, person_id
            order by rank desc, case match when 'url' then 1 when 'member_id' then 2 else 3 end
        ) as choice
    from resolved
    where person_id is not null
)
select n.owner, n.person_id, n.rank, l.archive_id, n.match
from newest as n
join staging.follower_lists as l on l.owner = n.owner and l.rank = n.rank
where n.choice = 1
