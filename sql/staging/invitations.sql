-- Every distinct invitation row with the other side of it.
--
-- columns:
--   row_id        the row in raw.invitations
--   owner         slug of the member whose exports these are
--   archive_no    the archive that first taught the row
--   direction     incoming or outgoing
--   sent_at       time in UTC, whole minutes
--   address_key   key of the other side's address, NULL where the file has none
--   full_name     the other side's name as shown
--   match_name    that name as compared
--   message       the note sent along
--   first_on      export date of the first file with the row
--   last_on       export date of the last file with the row
--   last_archive_id  the last file with the row
with stood as (
    select
        r.row_id,
        min(f.exported_on) as first_on,
        max(u.previous_on) as last_on,
        max(u.rank) as until_rank
    from raw.invitations_spans as s
    join raw.invitations as r on r.row_id = s.row_id
    join staging.carriers as f
        on f.owner = r.owner and f.table_name = 'invitations' and f.archive_no = s.from_archive
    join staging.carriers as u
        on u.owner = r.owner and u.table_name = 'invitations' and u.archive_no = s.until_archive
    group by r.row_id
),
sided as (
    select
        row_id,
        owner,
        archive_no,
        case when upper(direction) = 'OUTGOING' then 'outgoing' else 'incoming' end as direction,
        sent_at,
        case when upper(direction) = 'OUTGOING' then invitee_url else inviter_url end as address,
        case when upper(direction) = 'OUTGOING' then invitee_urn else inviter_urn end as urn,
        case when upper(direction) = 'OUTGOING' then invitee_name else inviter_name end as full_name,
        message
    from raw.invitations
)
select
    i.row_id,
    i.owner,
    i.archive_no,
    i.direction,
    i.sent_at,
    coalesce(a.key_kind || ':' || a.key_value, u.key_kind || ':' || u.key_value) as address_key,
    case when i.full_name <> 'LinkedIn Member' then i.full_name end as full_name,
    n.match_name,
    i.message,
    s.first_on,
    s.last_on,
    e.previous_archive_id as last_archive_id
from sided as i
join stood as s on s.row_id = i.row_id
join staging.carriers as e on e.owner = i.owner and e.table_name = 'invitations' and e.rank = s.until_rank
left join raw.addresses as a on a.address = i.address
left join raw.addresses as u on u.address = i.urn
left join raw.names as n on n.name = trim(i.full_name)
