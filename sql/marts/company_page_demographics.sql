-- Who follows and visits a company page, as its workbooks report it.
--
-- columns:
--   owner        slug of the member who exported it
--   page         the page, from the file's name
--   kind         followers or visitors
--   dimension    location, job function, seniority, industry or company size, as the workbook names it
--   value        the group
--   count        followers or views in it
--   exported_on  export date of the newest workbook that says so
--   is_newest    whether the newest workbook says so
with dated as (
    select
        d.owner, coalesce(d.page, '') as page, d.kind, d.dimension, d.value, d.count,
        max(u.previous_on) as exported_on,
        bool_or(s.until_archive = 0) as is_newest
    from raw.company_page_demographics as d
    join raw.company_page_demographics_spans as s on s.row_id = d.row_id
    join staging.carriers as u
        on u.owner = d.owner and u.table_name = 'company_page_demographics' and u.archive_no = s.until_archive
    group by d.owner, coalesce(d.page, ''), d.kind, d.dimension, d.value, d.count
)
select owner, page, kind, dimension, value, count, exported_on, is_newest
from dated
