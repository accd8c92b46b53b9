-- Every row of a follower list, with all the keys it gives, for each list it stands in.
--
-- columns:
--   row_id         the row in raw.follower_list
--   owner          slug of the member whose followers these are
--   archive_no     the archive that first taught the row
--   slug_key       key of the profile address, NULL where the list has none
--   member_key     key of the ACoAA… member id, NULL where the list has none
--   number_key     key of the numeric member id, NULL where the list has none
--   sales_key      key of the Sales Navigator id, NULL where the list has none
--   person_key     the first of these keys; NULL where the list gives a bare name
--   full_name      name as shown
--   first_name     first name, NULL where the list has none
--   last_name      last name, NULL where the list has none
--   match_name     name as compared
--   email          e-mail address, lower case
--   company        company, NULL where the list has none
--   position       headline or title
--   is_following   whether the owner follows them, as the list says; NULL where it does not
--   observed_at    when the list was taken, by the row's own time or else its export date
--   from_rank      place in export order of the first list with the row
--   until_rank     place of the list in which it is missing again, or of the list still to come
--   first_on       export date of the first list with the row
--   last_on        export date of the last list with the row
--   last_archive_id  the last list with the row
with keyed as (
    select
        l.row_id,
        l.owner,
        l.archive_no,
        case when a.key_kind = 'slug' then 'slug:' || a.key_value end as slug_key,
        'member_id:' || coalesce(l.member_id, case when a.key_kind = 'member_id' then a.key_value end) as member_key,
        'member_number:'
        || coalesce(l.member_number, case when a.key_kind = 'member_number' then a.key_value end) as number_key,
        'sales_id:' || coalesce(l.sales_id, case when a.key_kind = 'sales_id' then a.key_value end) as sales_key,
        coalesce(l.full_name, nullif(trim(concat_ws(' ', l.first_name, l.last_name)), '')) as full_name,
        l.first_name,
        l.last_name,
        lower(l.email) as email,
        l.company,
        l.headline as position,
        l.is_following,
        l.observed_at,
        f.rank as from_rank,
        u.rank as until_rank,
        f.exported_on as first_on,
        u.previous_on as last_on,
        u.previous_archive_id as last_archive_id
    from raw.follower_list_spans as s
    join raw.follower_list as l on l.row_id = s.row_id
    join staging.carriers as f
        on f.owner = l.owner and f.table_name = 'follower_list' and f.archive_no = s.from_archive
    join staging.carriers as u
        on u.owner = l.owner and u.table_name = 'follower_list' and u.archive_no = s.until_archive
    left join raw.addresses as a on a.address = l.profile_url
)
select
    k.row_id,
    k.owner,
    k.archive_no,
    k.slug_key,
    k.member_key,
    k.number_key,
    k.sales_key,
    coalesce(k.slug_key, k.member_key, k.number_key, k.sales_key) as person_key,
    k.full_name,
    k.first_name,
    k.last_name,
    n.match_name,
    k.email,
    k.company,
    k.position,
    k.is_following,
    coalesce(k.observed_at, cast(k.last_on as timestamp)) as observed_at,
    k.from_rank,
    k.until_rank,
    k.first_on,
    k.last_on,
    k.last_archive_id
from keyed as k
left join raw.names as n on n.name = trim(k.full_name)
