-- People in lists that prove no following: contact lists and CRM exports, and those who liked or commented on a post.
--
-- columns:
--   owner       slug of the member whose list it is
--   archive_no  the archive that first taught the row
--   source      contact_list or post_engagers
--   slug_key    key of the profile address, NULL where the list has none
--   member_key  key of the ACoAA… member id, NULL where the list has none
--   number_key  key of the numeric member id, NULL where the list has none
--   sales_key   key of the Sales Navigator id, NULL where the list has none
--   person_key  the first of these keys; NULL where the list gives a bare name
--   full_name   name as shown
--   first_name  first name, NULL where the list has none
--   last_name   last name, NULL where the list has none
--   match_name  name as compared
--   email       e-mail address, lower case
--   company     company, NULL where the list has none
--   position    position, else headline
--   tags        tags as the list has them
--   notes       notes as the list has them
--   first_on    export date of the first list with the row
--   last_on     export date of the last list with the row
with gathered as (
    select
        'contact_list' as source, l.row_id, l.owner, l.archive_no, l.profile_url, l.member_id, l.member_number,
        l.sales_id, l.full_name, l.first_name, l.last_name, l.email, l.company,
        coalesce(l.position, l.headline) as position, l.tags, l.notes, s.from_archive, s.until_archive
    from raw.contact_list as l
    join raw.contact_list_spans as s on s.row_id = l.row_id
    union all
    select
        'post_engagers', l.row_id, l.owner, l.archive_no, l.profile_url, l.member_id, l.member_number, l.sales_id,
        l.full_name, l.first_name, l.last_name, cast(null as varchar), cast(null as varchar), l.headline,
        cast(null as varchar), cast(null as varchar), s.from_archive, s.until_archive
    from raw.post_engagers as l
    join raw.post_engagers_spans as s on s.row_id = l.row_id
),
keyed as (
    select
        g.owner,
        g.archive_no,
        g.source,
        case when a.key_kind = 'slug' then 'slug:' || a.key_value end as slug_key,
        'member_id:' || coalesce(g.member_id, case when a.key_kind = 'member_id' then a.key_value end) as member_key,
        'member_number:'
        || coalesce(g.member_number, case when a.key_kind = 'member_number' then a.key_value end) as number_key,
        'sales_id:' || coalesce(g.sales_id, case when a.key_kind = 'sales_id' then a.key_value end) as sales_key,
        coalesce(g.full_name, nullif(trim(concat_ws(' ', g.first_name, g.last_name)), '')) as full_name,
        g.first_name, g.last_name, lower(g.email) as email, g.company, g.position, g.tags, g.notes,
        f.exported_on as first_on,
        u.previous_on as last_on
    from gathered as g
    join staging.carriers as f on f.owner = g.owner and f.table_name = g.source and f.archive_no = g.from_archive
    join staging.carriers as u on u.owner = g.owner and u.table_name = g.source and u.archive_no = g.until_archive
    left join raw.addresses as a on a.address = g.profile_url
)
select
    k.owner, k.archive_no, k.source, k.slug_key, k.member_key, k.number_key, k.sales_key,
    coalesce(k.slug_key, k.member_key, k.number_key, k.sales_key) as person_key,
    k.full_name, k.first_name, k.last_name, n.match_name, k.email, k.company, k.position, k.tags, k.notes,
    k.first_on, k.last_on
from keyed as k
left join raw.names as n on n.name = trim(k.full_name)
