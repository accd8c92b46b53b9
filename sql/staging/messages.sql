-- One row per message, however many archives repeat it; drafts are left out. Messages of 2018 files (whole minutes, no
-- conversation) give way to a later export of the same text in the same minute.
--
-- columns:
--   row_id          the row in raw.messages that holds subject and text
--   owner           slug of the member whose exports these are
--   archive_no      the archive that first taught the message
--   conversation_id conversation, empty where the file has none
--   sent_at         time in UTC; whole minutes in files of 2018
--   is_sent         whether the owner wrote it
--   sender_key      key of the sender's address, NULL where no file gives one
--   sender_name     the sender's name as shown, NULL for 'LinkedIn Member'
--   recipient_urls  recipients' addresses, comma-joined, as in the file
--   recipient_names recipients' names, comma-joined, as in the file
--   folder          folder in the newest export
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
    -- texts are compared only where the minute is the same: reading all of them takes long
    select old.row_id
    from raw.messages as old
    join (
        select row_id, owner, date_trunc('minute', sent_at) as sent_minute
        from raw.messages
        where direction is null or conversation_id is not null
    ) as near on near.owner = old.owner and near.sent_minute = old.sent_at
    join raw.messages as new on new.row_id = near.row_id and new.content = old.content
    where old.direction is not null and old.conversation_id is null
),
shown as (
    select
        r.row_id,
        r.owner,
        coalesce(c.archive_no, r.archive_no) as archive_no,
        coalesce(r.conversation_id, '') as conversation_id,
        r.sent_at,
        case
            when a.key_value is not null then o.slug is not null
            else coalesce(upper(r.direction) in ('OUTGOING', 'SENT'), false) or n.name is not null
        end as is_sent,
        a.key_kind || ':' || a.key_value as sender_key,
        case when r.sender_name <> 'LinkedIn Member' then r.sender_name end as sender_name,
        r.recipient_urls,
        r.recipient_names,
        case when c.row_id is null then r.folder else c.folder end as folder,
        coalesce(c.first_on, s.first_on) as first_on,
        coalesce(c.shown_since, s.first_on) as shown_since,
        s.last_on,
        coalesce(c.is_draft, false) or coalesce(r.is_message_draft, false)
        or coalesce(r.is_conversation_draft, false) as is_draft,
        r.is_message_draft is null and r.is_conversation_draft is null and r.folder is null as is_unfiled
    from raw.messages as r
    join stood as s on s.row_id = r.row_id
    left join staging.message_choices as c on c.owner = r.owner and c.key_digest = r.key_digest
    left join raw.addresses as a on a.address = r.sender_url
    left join owner_slugs as o on o.owner = r.owner and a.key_kind = 'slug' and o.slug = a.key_value
    left join own_names as n on n.owner = r.owner and n.name = trim(r.sender_name)
    left join superseded as x on x.row_id = r.row_id
    where r.sent_at is not null
        and coalesce(c.row_id, r.row_id) = r.row_id
        and x.row_id is null
)
select
    row_id, owner, archive_no, conversation_id, sent_at, is_sent, sender_key, sender_name, recipient_urls,
    recipient_names, folder, first_on, shown_since, last_on
from shown
-- generations without a flag leave the folder of the owner's drafts empty
where not is_draft and not (is_unfiled and is_sent)
