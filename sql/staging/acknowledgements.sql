-- Endorsements and recommendations, given and received, with the person on the other side.
--
-- columns:
--   owner         slug of the member whose exports these are
--   archive_no    the archive that first taught the row
--   kind          endorsement_received, endorsement_given, recommendation_received or recommendation_given
--   address_key   key of the person's address, NULL where the file has none
--   full_name     name as shown
--   first_name    first name
--   last_name     last name
--   match_name    name as compared
--   company       company as the recommendation gives it
--   position      job title as the recommendation gives it
--   acknowledged_at  when, UTC
--   first_on      export date of the first file with the row
--   last_on       export date of the last file with the row
with gathered as (
    select
        'endorsement_received' as kind, 'endorsements_received' as table_name, r.row_id, r.owner, r.archive_no,
        r.endorser_url as address, r.endorser_first_name as first_name, r.endorser_last_name as last_name,
        cast(null as varchar) as company, cast(null as varchar) as position, r.endorsed_at as acknowledged_at,
        s.from_archive, s.until_archive
    from raw.endorsements_received as r
    join raw.endorsements_received_spans as s on s.row_id = r.row_id
    union all
    select
        'endorsement_given', 'endorsements_given', r.row_id, r.owner, r.archive_no,
        r.endorsee_url, r.endorsee_first_name, r.endorsee_last_name,
        cast(null as varchar), cast(null as varchar), r.endorsed_at,
        s.from_archive, s.until_archive
    from raw.endorsements_given as r
    join raw.endorsements_given_spans as s on s.row_id = r.row_id
    union all
    select
        'recommendation_received', 'recommendations_received', r.row_id, r.owner, r.archive_no,
        cast(null as varchar), r.first_name, r.last_name, r.company, r.job_title, r.created_at,
        s.from_archive, s.until_archive
    from raw.recommendations_received as r
    join raw.recommendations_received_spans as s on s.row_id = r.row_id
    union all
    select
        'recommendation_given', 'recommendations_given', r.row_id, r.owner, r.archive_no,
        cast(null as varchar), r.first_name, r.last_name, r.company, r.job_title, r.created_at,
        s.from_archive, s.until_archive
    from raw.recommendations_given as r
    join raw.recommendations_given_spans as s on s.row_id = r.row_id
)
select
    g.owner,
    min(g.archive_no) as archive_no,
    g.kind,
    a.key_kind || ':' || a.key_value as address_key,
    nullif(trim(concat_ws(' ', g.first_name, g.last_name)), '') as full_name,
    g.first_name,
    g.last_name,
    n.match_name,
    g.company,
    g.position,
    g.acknowledged_at,
    min(f.exported_on) as first_on,
    max(u.previous_on) as last_on
from gathered as g
join staging.carriers as f
    on f.owner = g.owner and f.table_name = g.table_name and f.archive_no = g.from_archive
join staging.carriers as u
    on u.owner = g.owner and u.table_name = g.table_name and u.archive_no = g.until_archive
left join raw.addresses as a on a.address = g.address
left join raw.names as n on n.name = trim(concat_ws(' ', g.first_name, g.last_name))
group by
    g.owner, g.kind, g.row_id, a.key_kind, a.key_value, g.first_name, g.last_name, n.match_name, g.company,
    g.position, g.acknowledged_at
