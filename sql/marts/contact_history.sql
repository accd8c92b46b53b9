-- What the exports said of each connection: one row per period in which they said the same. It ends at the export that
-- shows a change or the absence.
--
-- columns:
--   owner             slug of the member whose exports these are
--   person_id         the person
--   valid_from        export date of the first export saying so
--   valid_to          export date of the first that says otherwise; 9999-12-31 while it is said
--   full_name         name
--   company           company
--   position          position
--   email             e-mail address, where shared
--   profile_url       address, with a member id in the slug's place where the file has that; where exports had none (until
--                     mid 2023) the first that a later one gives
--   archive_id        the first export saying so
--   until_archive_id  the first that says otherwise; NULL while it is said
with compared as (
    select
        owner, person_id, from_rank, until_rank, from_on, until_on, full_name, company, position, email, profile_url,
        archive_id, until_archive_id,
        concat_ws(
            chr(31), coalesce(full_name, ''), coalesce(company, ''), coalesce(position, ''), coalesce(email, ''),
            coalesce(profile_url, '')
        ) as said
    from history.contact_rows
    -- what the later of two exports of one day takes back has no day of its own
    where from_on < until_on
),
flagged as (
    select
        *,
        case
            when said = lag(said) over (partition by owner, person_id order by from_rank)
                and from_on <= lag(until_on) over (partition by owner, person_id order by from_rank) then 0
            else 1
        end as begins
    from compared
),
numbered as (
    select
        *, sum(begins) over (partition by owner, person_id order by from_rank rows unbounded preceding) as period
    from flagged
)
select
    owner, person_id, min(from_on) as valid_from, max(until_on) as valid_to, full_name, company, position, email,
    profile_url,
    arg_min(archive_id, from_rank) filter (where archive_id is not null) as archive_id,
    case
        when max(until_on) < date '9999-12-31'
            then arg_max(until_archive_id, until_rank) filter (where until_archive_id is not null)
    end as until_archive_id
from numbered
group by owner, person_id, period, full_name, company, position, email, profile_url
