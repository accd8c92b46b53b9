-- Pairs of contacts who may be one person, and whom no file proves to be: worth a look by somebody who knows them. Never
-- merged by themselves; `linkstrata merge KEEP_URL OTHER_URL` does, and a pair that was split by hand is left out. Two
-- connections are two accounts, so such a pair is none; nor is a name that more than five bear.
--
-- columns:
--   owner              slug of the member whose contacts they are
--   person_id          the one, a connection where either is
--   other_person_id    the other
--   full_name          name of the one
--   other_full_name    name of the other
--   profile_url        address of the one, NULL where none is known
--   other_profile_url  address of the other
--   reason             what speaks for it, in words
--   score              40 for the name, 30 for the company, 15 for the position, 15 where one has no profile address
with named as (
    select
        c.owner, c.person_id, c.full_name, c.profile_url, c.is_connection, n.match_name, c.company, lower(c.position) as position,
        o.canonical_company,
        c.profile_url is null or c.profile_url like '%/in/ACo%' or c.profile_url like '%/in/ACw%' as has_no_slug
    from segments.contacts as c
    join raw.names as n on n.name = trim(c.full_name)
    left join raw.companies as o on o.company = c.company
    where n.match_name is not null
),
-- which of two is the one must not go by their ids, for these go by the order in which files came
placed as (
    select
        *,
        row_number() over (
            partition by owner, match_name
            order by is_connection desc, has_no_slug, profile_url, full_name, company, position, person_id
        ) as place
    from named
),
shared as (
    select owner, match_name
    from named
    group by owner, match_name
    having count(*) between 2 and 5
),
divided as (
    select distinct k.person_id
    from curation.splits as s
    join identity.person_keys as k on k.person_key = s.person_key
),
pairs as (
    select
        a.owner, a.person_id, b.person_id as other_person_id, a.full_name, b.full_name as other_full_name,
        a.profile_url, b.profile_url as other_profile_url,
        coalesce(a.canonical_company = b.canonical_company, false) as same_company,
        coalesce(a.position = b.position, false) as same_position,
        a.has_no_slug or b.has_no_slug as lacks_address
    from placed as a
    join shared as s on s.owner = a.owner and s.match_name = a.match_name
    join placed as b on b.owner = a.owner and b.match_name = a.match_name
    left join divided as d on d.person_id = a.person_id
    left join divided as e on e.person_id = b.person_id
    where d.person_id is null and e.person_id is null
        and a.place < b.place and not b.is_connection
)
select
    owner, person_id, other_person_id, full_name, other_full_name, profile_url, other_profile_url,
    concat(
        'the same name',
        case when same_company then ', the same company' else '' end,
        case when same_position then ', the same position' else '' end,
        case when lacks_address then ', and one without a profile address' else '' end
    ) as reason,
    cast(
        40 + case when same_company then 30 else 0 end + case when same_position then 15 else 0 end
        + case when lacks_address then 15 else 0 end as integer
    ) as score
from pairs
order by score desc, full_name, person_id, other_person_id
