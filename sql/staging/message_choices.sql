-- Of messages that the archives show in several ways (an account closed since, another folder, another address), which
-- row is the most telling, and what the others add. A message is known by conversation, second and text.
--
-- columns:
--   owner       slug of the member whose exports these are
--   key_digest  the message: digest of conversation, second and text
--   row_id      the row of raw.messages to keep: with a sender, then with the most recipients, then the newest
--   folder      folder in the newest export
--   shown_since export date of the first file with the message, whoever it names
--   is_draft    whether any archive says that it is a draft
with repeated as (
    select owner, key_digest
    from raw.messages
    group by owner, key_digest
    having count(*) > 1
),
variants as (
    select
        r.owner,
        r.key_digest,
        r.row_id,
        r.folder,
        r.digest,
        r.sender_url is null as is_anonymous,
        coalesce(length(r.recipient_urls) - length(replace(r.recipient_urls, ',', '')), -1) as recipients,
        coalesce(r.is_message_draft, false) or coalesce(r.is_conversation_draft, false) as is_draft,
        f.exported_on,
        u.rank as until_rank
    from raw.messages as r
    join repeated as k on k.owner = r.owner and k.key_digest = r.key_digest
    join raw.messages_spans as s on s.row_id = r.row_id
    join staging.carriers as f
        on f.owner = r.owner and f.table_name = 'messages' and f.archive_no = s.from_archive
    join staging.carriers as u
        on u.owner = r.owner and u.table_name = 'messages' and u.archive_no = s.until_archive
),
ranked as (
    select
        owner,
        key_digest,
        row_id,
        row_number() over (
            partition by owner, key_digest order by is_anonymous, recipients desc, until_rank desc, digest
        ) as choice,
        min(exported_on) over (partition by owner, key_digest) as shown_since,
        bool_or(is_draft) over (partition by owner, key_digest) as is_draft,
        first_value(folder) over (partition by owner, key_digest order by until_rank desc, digest) as folder
    from variants
)
select owner, key_digest, row_id, folder, shown_since, is_draft
from ranked
where choice = 1
