-- One row per message, however many archives repeat it: drafts are left out, and of the ways in which the archives show
-- the same message (an account closed since, another folder, another address) the most telling one is kept.
-- A message is known by conversation, second and text; those of 2018 (minute, no conversation) give way to a later
-- export of the same text in the same minute.
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
--   first_on        export date of the first file with the message
--   last_on         export date of the last file that shows it with this sender
with stood as (
    select
        r.row_id,
        min(f.exported_on) as first_on,
        max(u.previous_on) as last_on,
        max(u.rank) as until_rank
    from raw.messages_spans as s
    join raw.messages as r on r.row_id = s.row_id
    join staging.carriers as f
        on f.owner = r.owner and f.table_name = 'messages' and f.archive_no = s.from_archive
    join staging.carriers as u
        on u.owner = r.owner and u.table_name = 'messages' and u.archive_no = s.until_archive
    group by r.row_id
),
rows as (
    select
        r.row_id,
        r.owner,
        r.archive_no,
        coalesce(r.conversation_id, '') as conversation_id,
        r.sent_at,
        r.content_digest,
        r.digest,
        r.direction is not null and r.conversation_id is null as is_by_minute,
        case
            when a.key_value is not null then o.slug is not null
            else coalesce(upper(r.direction) in ('OUTGOING', 'SENT'), false) or n.match_name is not null
        end as is_sent,
        a.key_kind || ':' || a.key_value as sender_key,
        case when r.sender_name <> 'LinkedIn Member' then r.sender_name end as sender_name,
        r.recipient_urls,
        r.recipient_names,
        coalesce(length(r.recipient_urls) - length(replace(r.recipient_urls, ',', '')), -1) as recipients,
        r.folder,
        coalesce(r.is_message_draft, false) or coalesce(r.is_conversation_draft, false) as is_flagged_draft,
        r.is_message_draft is null and r.is_conversation_draft is null and r.folder is null as is_unfiled,
        s.first_on,
        s.last_on,
        s.until_rank
    from raw.messages as r
    join stood as s on s.row_id = r.row_id
    left join raw.addresses as a on a.address = r.sender_url
    left join (select distinct owner, slug from raw.owner_addresses) as o
        on o.owner = r.owner and a.key_kind = 'slug' and o.slug = a.key_value
    left join raw.names as m on m.name = trim(r.sender_name)
    left join (select distinct owner, match_name from raw.owner_names) as n
        on n.owner = r.owner and n.match_name = m.match_name
    where r.sent_at is not null
),
-- generations without a flag leave the folder of the owner's drafts empty; another archive may flag the same message
drafts as (
    select distinct owner, conversation_id, sent_at, content_digest
    from rows
    where is_flagged_draft or (is_unfiled and is_sent)
),
kept as (
    select r.*
    from rows as r
    anti join drafts as d
        on d.owner = r.owner and d.conversation_id = r.conversation_id
        and d.sent_at = r.sent_at and d.content_digest = r.content_digest
),
repeated as (
    select owner, conversation_id, sent_at, content_digest
    from kept
    group by owner, conversation_id, sent_at, content_digest
    having count(*) > 1
),
variants as (
    select
        v.*,
        row_number() over (
            partition by v.owner, v.conversation_id, v.sent_at, v.content_digest
            order by v.sender_key is null, v.recipients desc, v.until_rank desc, v.digest
        ) as choice,
        min(v.archive_no) over (partition by v.owner, v.conversation_id, v.sent_at, v.content_digest) as taught_by,
        min(v.first_on) over (partition by v.owner, v.conversation_id, v.sent_at, v.content_digest) as shown_since,
        first_value(v.folder) over (
            partition by v.owner, v.conversation_id, v.sent_at, v.content_digest order by v.until_rank desc, v.digest
        ) as newest_folder
    from kept as v
    join repeated as k
        on k.owner = v.owner and k.conversation_id = v.conversation_id
        and k.sent_at = v.sent_at and k.content_digest = v.content_digest
),
single as (
    select * from kept
    where row_id not in (select row_id from variants)
),
once as (
    select
        row_id, owner, archive_no, conversation_id, sent_at, content_digest, is_by_minute, is_sent, sender_key,
        sender_name, recipient_urls, recipient_names, folder, first_on, last_on
    from single
    union all
    select
        row_id, owner, taught_by, conversation_id, sent_at, content_digest, is_by_minute, is_sent, sender_key,
        sender_name, recipient_urls, recipient_names, newest_folder, shown_since, last_on
    from variants
    where choice = 1
),
superseded as (
    select old.row_id
    from once as old
    join once as new
        on new.owner = old.owner and new.content_digest = old.content_digest
        and date_trunc('minute', new.sent_at) = old.sent_at
    where old.is_by_minute and not new.is_by_minute
)
select
    row_id, owner, archive_no, conversation_id, sent_at, is_sent, sender_key, sender_name, recipient_urls,
    recipient_names, folder, first_on, last_on
from once
where row_id not in (select row_id from superseded)
