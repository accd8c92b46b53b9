-- A company page day by day, as its workbooks report it: the newest export's figure for each day.
--
-- columns:
--   owner            slug of the member who exported it
--   page             the page, from the file's name
--   day              the day
--   new_followers    followers gained that day, all kinds; who left is not reported
--   page_views       page views
--   unique_visitors  unique visitors
--   impressions      impressions of the page's posts
--   clicks           clicks on them
--   reactions        reactions to them
--   comments         comments on them
--   reposts          reposts of them
with figures as (
    select
        f.owner, coalesce(f.page, '') as page, f.day, 'new_followers' as metric, f.new_followers as figure, u.rank,
        f.digest
    from raw.company_page_followers_daily as f
    join raw.company_page_followers_daily_spans as s on s.row_id = f.row_id
    join staging.carriers as u
        on u.owner = f.owner and u.table_name = 'company_page_followers_daily' and u.archive_no = s.until_archive
),
visits as (
    select v.owner, coalesce(v.page, '') as page, v.day, v.total_page_views_total, v.total_unique_visitors_total,
        row_number() over (
            partition by v.owner, coalesce(v.page, ''), v.day order by u.rank desc, v.digest
        ) as choice
    from raw.company_page_visitors_daily as v
    join raw.company_page_visitors_daily_spans as s on s.row_id = v.row_id
    join staging.carriers as u
        on u.owner = v.owner and u.table_name = 'company_page_visitors_daily' and u.archive_no = s.until_archive
),
contents as (
    select c.owner, coalesce(c.page, '') as page, c.day, c.impressions_total, c.clicks_total, c.reactions_total,
        c.comments_total, c.reposts_total,
        row_number() over (
            partition by c.owner, coalesce(c.page, ''), c.day order by u.rank desc, c.digest
        ) as choice
    from raw.company_page_content_daily as c
    join raw.company_page_content_daily_spans as s on s.row_id = c.row_id
    join staging.carriers as u
        on u.owner = c.owner and u.table_name = 'company_page_content_daily' and u.archive_no = s.until_archive
),
gains as (
    select owner, page, day, figure
    from (
        select owner, page, day, figure, row_number() over (
            partition by owner, page, day order by rank desc, digest
        ) as choice
        from figures
    ) as ranked
    where choice = 1
),
days as (
    select owner, page, day from gains
    union
    select owner, page, day from visits
    union
    select owner, page, day from contents
)
select
    d.owner, d.page, d.day, g.figure as new_followers, v.total_page_views_total as page_views,
    v.total_unique_visitors_total as unique_visitors, c.impressions_total as impressions, c.clicks_total as clicks,
    c.reactions_total as reactions, c.comments_total as comments, c.reposts_total as reposts
from days as d
left join gains as g on g.owner = d.owner and g.page = d.page and g.day = d.day
left join visits as v on v.owner = d.owner and v.page = d.page and v.day = d.day and v.choice = 1
left join contents as c on c.owner = d.owner and c.page = d.page and c.day = d.day and c.choice = 1
