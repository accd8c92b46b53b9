-- What the exports said of each connection, export after export: one row per person and span in which Connections.csv
-- said the same, in order, each with the one before it.
--
-- columns:
--   owner              slug of the member whose exports these are
--   person_id          the person
--   from_rank          place in export order of the first export saying so
--   until_rank         place of the first export that says something else or proves the absence
--   from_on            its export date
--   until_on           export date at until_rank, 9999-12-31 where it is still said
--   last_on            export date of the newest export saying so
--   last_rank          its place in export order
--   previous_on        export date of the export before from_on, NULL for the first
--   full_name          name as shown
--   first_name         first name
--   last_name          last name
--   company            company
--   canonical_company  company as compared: a changed spelling is not another company
--   position           position
--   email              e-mail address
--   profile_url        address, with a member id in the slug's place where the file has that; where exports had none (until
--                      mid 2023) the first that a later one gives
--   is_addressed       whether the row itself has the address
--   connected_on       day of connecting
--   archive_id         the export at from_rank
--   until_archive_id   the export at until_rank
with rows as (
    select
        p.owner, p.person_id, p.row_id, p.from_rank, p.until_rank, p.from_on, p.until_on, p.last_on, p.last_rank,
        trim(regexp_replace(c.full_name, '\s+', ' ', 'g')) as full_name,
        trim(regexp_replace(c.first_name, '\s+', ' ', 'g')) as first_name,
        trim(regexp_replace(c.last_name, '\s+', ' ', 'g')) as last_name,
        c.company,
        k.canonical_company,
        c.position,
        c.email,
        'https://www.linkedin.com/in/' || case
            when c.address_key like 'slug:%' then substr(c.address_key, length('slug:') + 1)
            when c.address_key like 'member_id:%' then substr(c.address_key, length('member_id:') + 1)
        end as profile_url,
        c.connected_on
    from history.person_connections as p
    join staging.connections as c on c.row_id = p.row_id
    left join raw.companies as k on k.company = c.company
),
first_addresses as (
    select
        owner, person_id,
        arg_min(profile_url, cast(10000000000 + from_rank as varchar) || profile_url)
            filter (where profile_url is not null) as profile_url
    from rows
    group by owner, person_id
)
select
    r.owner, r.person_id, r.from_rank, r.until_rank, r.from_on, r.until_on, r.last_on, r.last_rank, f.previous_on,
    r.full_name, nullif(r.first_name, '') as first_name, nullif(r.last_name, '') as last_name, r.company,
    coalesce(r.canonical_company, r.company) as canonical_company,
    r.position, r.email, coalesce(r.profile_url, a.profile_url) as profile_url,
    r.profile_url is not null as is_addressed, r.connected_on,
    f.archive_id, u.archive_id as until_archive_id
from rows as r
join first_addresses as a on a.owner = r.owner and a.person_id = r.person_id
join staging.carriers as f on f.owner = r.owner and f.table_name = 'connections' and f.rank = r.from_rank
join staging.carriers as u on u.owner = r.owner and u.table_name = 'connections' and u.rank = r.until_rank
