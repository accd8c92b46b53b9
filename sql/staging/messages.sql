-- Every way in which the archives show a message, of which one counts; drafts are left out. Messages of 2018 files (whole
-- minutes, no conversation) give way to a later export of the same text in the same minute, and an empty one to an empty
-- one of the same names; where an account was closed since, the names of 2018 stay.
--
-- columns:
--   row_id          the row in raw.messages that holds subject and text
--   owner           slug of the member whose exports these are
--   archive_no      the archive that first taught the row
--   conversation_id conversation, empty where the file has none
--   sent_at         time in UTC; whole minutes in files of 2018
--   is_sent         whether the owner wrote it
--   sender_key      key of the sender's address, NULL where no file gives one
--   sender_name     the sender's name as shown, NULL for 'LinkedIn Member'
--   recipient_urls  recipients' addresses, comma-joined, as in the file
--   recipient_names recipients' names, comma-joined, as in the file
--   folder          folder in the newest export
--   counts          whether the message is counted by this row; the others name people and no more
--   is_borrowed     whether it has its names from a file of 2018, the account being closed since
--   first_on        export date of the first file that shows it with this sender
--   shown_since     export date of the first file with the message, whoever it names
--   last_on         export date of the last file that shows it with this sender
with stood as (
    select s.row_id, min(f.exported_on) as first_on, max(u.previous_on) as last_on
    from raw.messages_spans as s
    join staging.carriers as f
        on f.owner = s.owner and f.table_name = 'messages' and f.archive_no = s.from_archive
    join staging.carriers as u
        on u.owner = s.owner and u.table_name = 'messages' and u.archive_no = s.until_archive
    group by s.row_id
),
owner_slugs as (
    select distinct owner, slug from raw.owner_addresses
),
own_names as (
    select distinct o.owner, n.name
    from raw.owner_names as o
    join raw.names as n on n.match_name = o.match_name
),
superseded as (
    select
        old.row_id,
        new.row_id as new_row_id,
        new.key_digest,
        case when old.sender_name <> 'LinkedIn Member' then old.sender_name end as sender_name,
        case when old.recipient_names <> 'LinkedIn Member' then old.recipient_names end as recipient_names
    -- texts are compared only where the minute is the same: reading all of them takes long
    from raw.messages as old
    join (
        select row_id, owner, date_trunc('minute', sent_at) as sent_minute
        from raw.messages
        where direction is null or conversation_id is not null
    ) as near on near.owner = old.owner and near.sent_minute = old.sent_at
    join raw.messages as new
        on new.row_id = near.row_id and coalesce(new.content, '') = coalesce(old.content, '')
    where old.direction is not null and old.conversation_id is null
        and (
            coalesce(old.content, '') <> ''
            or (
                coalesce(new.sender_name, '') in (coalesce(old.sender_name, ''), 'LinkedIn Member')
                and coalesce(new.recipient_names, '') in (coalesce(old.recipient_names, ''), 'LinkedIn Member')
            )
        )
),
given_way as (
    select row_id, count(distinct key_digest) as successors
    from superseded
    group by row_id
),
-- names of 2018 help out where they belong to one message and all say the same
predecessors as (
    select
        p.new_row_id,
        min(s.first_on) as first_on,
        case
            when max(g.successors) = 1 and count(distinct p.sender_name) = 1 then min(p.sender_name)
        end as sender_name,
        case
            when max(g.successors) = 1 and count(distinct p.recipient_names) = 1 then min(p.recipient_names)
        end as recipient_names
    from superseded as p
    join given_way as g on g.row_id = p.row_id
    join stood as s on s.row_id = p.row_id
    group by p.new_row_id
),
shown as (
    select
        r.row_id,
        r.owner,
        r.archive_no,
        coalesce(r.conversation_id, '') as conversation_id,
        r.sent_at,
        case
            when a.key_value is not null then o.slug is not null
            else coalesce(upper(r.direction) in ('OUTGOING', 'SENT'), false) or n.name is not null
        end as is_sent,
        a.key_kind || ':' || a.key_value as sender_key,
        coalesce(
            case when r.sender_name <> 'LinkedIn Member' then r.sender_name end,
            p.sender_name
        ) as sender_name,
        r.recipient_urls,
        case
            when r.recipient_names = 'LinkedIn Member' and coalesce(r.recipient_urls, '') = ''
                then coalesce(p.recipient_names, r.recipient_names)
            else r.recipient_names
        end as recipient_names,
        case when c.row_id is null then r.folder else c.folder end as folder,
        s.first_on,
        least(coalesce(c.shown_since, s.first_on), coalesce(p.first_on, s.first_on)) as shown_since,
        s.last_on,
        coalesce(c.is_draft, false) or coalesce(r.is_message_draft, false)
        or coalesce(r.is_conversation_draft, false) as is_draft,
        coalesce(c.row_id, r.row_id) = r.row_id and x.row_id is null as counts,
        r.sender_name = 'LinkedIn Member' and p.sender_name is not null
        or (
            r.recipient_names = 'LinkedIn Member' and coalesce(r.recipient_urls, '') = '' and p.recipient_names is not null
        ) as is_borrowed,
        r.is_message_draft is null and r.is_conversation_draft is null and r.folder is null as is_unfiled
    from raw.messages as r
    join stood as s on s.row_id = r.row_id
    left join staging.message_choices as c on c.owner = r.owner and c.key_digest = r.key_digest
    left join raw.addresses as a on a.address = r.sender_url
    left join owner_slugs as o on o.owner = r.owner and a.key_kind = 'slug' and o.slug = a.key_value
    left join own_names as n on n.owner = r.owner and n.name = trim(r.sender_name)
    left join given_way as x on x.row_id = r.row_id
    left join predecessors as p on p.new_row_id = r.row_id
    where r.sent_at is not null
)
select
    row_id, owner, archive_no, conversation_id, sent_at, is_sent, sender_key, sender_name, recipient_urls,
    recipient_names, folder, counts, coalesce(is_borrowed, false) as is_borrowed, first_on, shown_since, last_on
from shown
-- generations without a flag leave the folder of the owner's drafts empty
where not is_draft and not (is_unfiled and is_sent)
