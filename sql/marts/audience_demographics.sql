-- Who the audience is, as creator analytics workbooks report it: shares, never people.
--
-- columns:
--   owner            slug of the member
--   scope            audience (followers), content (viewers) or all (workbooks before 2026)
--   category         job title, location, industry, seniority, company size or company, as the workbook names it
--   value            the group
--   share            share of the audience, 0 to 1; NULL where the workbook says less than one per cent
--   share_text       the share as the workbook has it
--   exported_on      export date of the newest workbook that says so
--   is_newest        whether the newest workbook says so
with dated as (
    select
        d.owner, d.scope, d.category, d.value, d.percentage, d.percentage_text,
        max(u.previous_on) as exported_on,
        bool_or(s.until_archive = 0) as is_newest
    from raw.creator_demographics as d
    join raw.creator_demographics_spans as s on s.row_id = d.row_id
    join staging.carriers as u
        on u.owner = d.owner and u.table_name = 'creator_demographics' and u.archive_no = s.until_archive
    group by d.owner, d.scope, d.category, d.value, d.percentage, d.percentage_text
)
select
    owner, scope, category, value, percentage as share, percentage_text as share_text, exported_on, is_newest
from dated
