-- What the files say of each contact and where it stands: the evidence that contacts_as_of reckons from. One row per
-- owner, person, table and distinct wording, with the exports that say so (ranks of export_order).
--
-- columns:
--   owner         slug of the member whose exports these are
--   person_id     the contact
--   table_name    the time line of export_order that the ranks are of
--   weight        which of two statements of one day counts: the greater
--   from_rank     place in export order of the first export saying so
--   until_rank    place of the first that no longer does; 1000000000 while it stands
--   is_certain    false where a follower list has a name that fits several contacts, this one among them
--   full_name     name
--   first_name    first name
--   last_name     last name
--   company       company
--   position      position or headline
--   profile_url   address of the profile
--   email         e-mail address
--   connected_on  day of connecting, for connections
--   is_invited    whether the row is an invitation by the owner
--   is_following  whether the owner follows them, where the row says so
--   said_at       when that began or was seen, UTC
--   is_kept       false where the address is of a person whom somebody merged into another, who goes first on a day
with ends as (
    select owner, table_name, max(rank) as end_rank
    from staging.carriers
    group by owner, table_name
),
-- each source has its own time line: an archive without messages says nothing about who wrote
lines as (
    select owner, table_name, exported_on, rank
    from staging.carriers
    where archive_no <> 0
    union
    select c.owner, 'acknowledgements', o.exported_on, o.rank
    from staging.carriers as c
    join staging.archive_order as o on o.archive_no = c.archive_no
    where c.table_name like 'endorsements_%' or c.table_name like 'recommendations_%'
    union
    select owner, 'added', exported_on, rank
    from staging.archive_order
),
line_ranks as (
    select owner, table_name, exported_on, min(rank) as rank, max(rank) as last_rank
    from lines
    group by owner, table_name, exported_on
),
listed as (
    select
        p.owner, coalesce(k.person_id, n.person_id) as person_id, p.from_rank, p.until_rank, p.full_name, p.first_name,
        p.last_name, p.company, p.position, p.slug_key, p.member_key, p.email, p.is_following, p.observed_at
    from staging.listed_people as p
    left join identity.person_keys as k on k.person_key = p.person_key
    left join identity.names as n on p.person_key is null and n.owner = p.owner and n.match_name = p.match_name
),
mentioned as (
    select
        p.owner, p.person_id, p.source,
        case p.source when 'contact_list' then 4 when 'invitations' then 3 when 'messages' then 2 else 1 end as weight,
        p.full_name, p.first_name, p.last_name, p.company, p.position, p.email,
        case
            when p.person_key like 'slug:%' then substr(p.person_key, length('slug:') + 1)
            when p.person_key like 'member_id:%' then substr(p.person_key, length('member_id:') + 1)
        end as slug,
        p.first_on, p.last_on
    from identity.people as p
    where p.source not in ('connections', 'follower_list', 'member_follows')
),
invited as (
    select i.owner, coalesce(k.person_id, n.person_id) as person_id, min(i.first_on) as first_on
    from staging.invitations as i
    left join identity.person_keys as k on k.person_key = i.address_key
    left join identity.names as n on i.address_key is null and n.owner = i.owner and n.match_name = i.match_name
    where i.direction = 'outgoing' and coalesce(k.person_id, n.person_id) is not null
    group by i.owner, coalesce(k.person_id, n.person_id)
),
said as (
    select
        r.owner, r.person_id, 'connections' as table_name, 5 as weight, r.from_rank, r.until_rank, true as is_certain,
        r.full_name, r.first_name, r.last_name, r.company, r.position,
        case when r.is_addressed then r.profile_url end as profile_url, r.email, r.connected_on, false as is_invited,
        cast(null as boolean) as is_following, cast(null as timestamp) as said_at
    from history.contact_rows as r
    union all
    select
        owner, person_id, 'follower_list', 4, from_rank, until_rank, true, full_name, first_name, last_name, company,
        position,
        'https://www.linkedin.com/in/'
        || coalesce(substr(slug_key, length('slug:') + 1), substr(member_key, length('member_id:') + 1)),
        email, cast(null as date), false, is_following, observed_at
    from listed
    where person_id is not null
    union all
    select
        q.owner, q.person_id, 'follower_list', 0, q.rank, q.rank + 1, false,
        cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar),
        cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as date), false,
        cast(null as boolean), cast(null as timestamp)
    from history.perhaps_listed as q
    union all
    select
        f.owner, n.person_id, 'member_follows', 1, r.rank, e.last_rank + 1, true, f.full_name, cast(null as varchar),
        cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar),
        cast(null as varchar), cast(null as date), false, f.is_following, f.followed_at
    from staging.member_follows as f
    join identity.names as n on n.owner = f.owner and n.match_name = f.match_name
    join line_ranks as r
        on r.owner = f.owner and r.table_name = 'member_follows' and r.exported_on = f.first_on
    join line_ranks as e
        on e.owner = f.owner and e.table_name = 'member_follows' and e.exported_on = f.last_on
    where n.person_id is not null
    union all
    select
        m.owner, m.person_id, m.source, m.weight, r.rank, e.last_rank + 1, true, m.full_name, m.first_name, m.last_name,
        m.company, m.position, 'https://www.linkedin.com/in/' || m.slug, m.email, cast(null as date), false,
        cast(null as boolean), cast(null as timestamp)
    from mentioned as m
    join line_ranks as r on r.owner = m.owner and r.table_name = m.source and r.exported_on = m.first_on
    join line_ranks as e on e.owner = m.owner and e.table_name = m.source and e.exported_on = m.last_on
    union all
    select
        i.owner, i.person_id, 'invitations', 0, r.rank, r.rank + 1, true, cast(null as varchar), cast(null as varchar),
        cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar),
        cast(null as varchar), cast(null as date), true, cast(null as boolean), cast(null as timestamp)
    from invited as i
    join line_ranks as r
        on r.owner = i.owner and r.table_name = 'invitations' and r.exported_on = i.first_on
),
-- 'LinkedIn Member' is no name
named as (
    select *, coalesce(lower(trim(full_name)) = 'linkedin member', false) as is_unnamed
    from said
)
select
    s.owner, s.person_id, s.table_name, s.weight, s.from_rank,
    case when s.until_rank = e.end_rank then 1000000000 else s.until_rank end as until_rank,
    s.is_certain,
    case when not s.is_unnamed then trim(regexp_replace(s.full_name, '\s+', ' ', 'g')) end as full_name,
    case when not s.is_unnamed then trim(regexp_replace(s.first_name, '\s+', ' ', 'g')) end as first_name,
    case when not s.is_unnamed then trim(regexp_replace(s.last_name, '\s+', ' ', 'g')) end as last_name,
    s.company, s.position, s.profile_url, s.email,
    s.connected_on, s.is_invited, s.is_following, s.said_at,
    coalesce(k.separate_id = k.person_id, true) as is_kept
from named as s
join identity.profiles as p on p.owner = s.owner and p.person_id = s.person_id
left join ends as e on e.owner = s.owner and e.table_name = s.table_name
left join identity.person_keys as k
    on k.person_key = case
        when s.profile_url like '%/in/ACo%' then 'member_id:' else 'slug:'
    end || substr(s.profile_url, length('https://www.linkedin.com/in/') + 1)
