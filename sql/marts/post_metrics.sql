-- Figures of the member's posts as analytics workbooks report them, one row per post, metric and export: figures are
-- revised upwards later, so the newest export's counts and older ones stay as history.
--
-- columns:
--   owner         slug of the member
--   post_url      address of the post as the workbook has it
--   published_on  day of the post
--   metric        impressions, engagements, or a metric of the single-post workbook
--   value         the figure
--   exported_on   export date of the workbook
--   is_newest     whether no later workbook reports this post and metric
with reported as (
    select
        p.owner, p.post_url, p.published_on, p.ranking as metric, cast(p.value as varchar) as value, p.row_id,
        s.until_archive, 'creator_posts' as table_name
    from raw.creator_posts as p
    join raw.creator_posts_spans as s on s.row_id = p.row_id
    union all
    select
        p.owner, p.post_url, p.posted_on, p.metric, cast(p.value as varchar), p.row_id, s.until_archive, 'post_analytics'
    from raw.post_analytics as p
    join raw.post_analytics_spans as s on s.row_id = p.row_id
),
dated as (
    select r.owner, r.post_url, r.published_on, r.metric, r.value, max(u.previous_on) as exported_on
    from reported as r
    join staging.carriers as u
        on u.owner = r.owner and u.table_name = r.table_name and u.archive_no = r.until_archive
    group by r.owner, r.post_url, r.published_on, r.metric, r.value
)
select
    owner, post_url, published_on, metric, try_cast(value as double) as value, exported_on,
    row_number() over (partition by owner, post_url, metric order by exported_on desc, value desc) = 1 as is_newest
from dated
