-- Endorsements of skills, received and given; the newest export's wording where several show the same one.
--
-- columns:
--   owner        slug of the member whose exports these are
--   person_id    who endorsed or was endorsed; NULL where the file has a name alone that no or several contacts bear
--   direction    received or given
--   skill        the skill
--   full_name    name as shown
--   endorsed_at  when, UTC
--   status       ACCEPTED or PENDING, as exported
with gathered as (
    select
        row_id, owner, 'received' as direction, skill_name, endorser_url as address,
        trim(concat_ws(' ', endorser_first_name, endorser_last_name)) as full_name, endorsed_at, status
    from raw.endorsements_received
    union all
    select
        row_id, owner, 'given', skill_name, endorsee_url,
        trim(concat_ws(' ', endorsee_first_name, endorsee_last_name)), endorsed_at, status
    from raw.endorsements_given
),
-- the newest export that shows a row
stood as (
    select 'received' as direction, s.row_id, max(u.rank) as until_rank
    from raw.endorsements_received_spans as s
    join staging.carriers as u
        on u.owner = s.owner and u.table_name = 'endorsements_received' and u.archive_no = s.until_archive
    group by s.row_id
    union all
    select 'given', s.row_id, max(u.rank)
    from raw.endorsements_given_spans as s
    join staging.carriers as u
        on u.owner = s.owner and u.table_name = 'endorsements_given' and u.archive_no = s.until_archive
    group by s.row_id
),
resolved as (
    select
        g.owner,
        p.person_id,
        g.direction,
        g.skill_name as skill,
        g.full_name,
        g.endorsed_at,
        g.status,
        row_number() over (
            partition by g.owner, g.direction, g.skill_name, g.endorsed_at,
                coalesce(p.person_id, g.full_name)
            order by s.until_rank desc, g.full_name, g.status, g.address
        ) as choice
    from gathered as g
    join stood as s on s.direction = g.direction and s.row_id = g.row_id
    left join raw.addresses as a on a.address = g.address
    left join identity.person_keys as k on k.person_key = a.key_kind || ':' || a.key_value
    left join raw.names as m on a.address is null and m.name = g.full_name
    left join identity.names as n on n.owner = g.owner and n.match_name = m.match_name
    left join identity.profiles as p on p.owner = g.owner and p.person_id = coalesce(k.person_id, n.person_id)
)
select owner, person_id, direction, skill, full_name, endorsed_at, status
from resolved
where choice = 1
