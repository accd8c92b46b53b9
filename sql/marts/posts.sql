-- The member's own posts and reshares (Shares.csv), each once, as the newest export words it.
--
-- columns:
--   owner        slug of the member
--   posted_at    when, UTC
--   post_url     address of the post
--   post_number  LinkedIn's number in that address; an analytics workbook may name the same post by another number
--   text         what the member wrote; empty for a plain reshare
--   shared_url   link in the post
--   media_url    picture or video
--   visibility   who may see it, as exported
with ranked as (
    select
        s.owner, s.shared_at, s.share_link, s.commentary, s.shared_url, s.media_url, s.visibility,
        row_number() over (
            partition by s.owner, s.shared_at, s.share_link
            order by u.rank desc, s.digest
        ) as choice
    from raw.shares as s
    join raw.shares_spans as p on p.row_id = s.row_id
    join staging.carriers as u on u.owner = s.owner and u.table_name = 'shares' and u.archive_no = p.until_archive
)
select
    owner,
    shared_at as posted_at,
    share_link as post_url,
    nullif(regexp_extract(url_decode(share_link), 'urn:li:(?:activity|share|ugcPost|groupPost):([0-9]+)', 1), '')
        as post_number,
    commentary as text,
    shared_url,
    media_url,
    visibility
from ranked
where choice = 1
