-- Every file handed over, loaded or not.
--
-- columns:
--   archive_id         SHA-256 of the file as it came; of the sorted members, for a folder
--   owner              slug of the member whose export it is; NULL where quarantined
--   source             linkedin_archive, creator_analytics, post_analytics, company_page, follower_list, contact_list or
--                      portability_api; NULL where quarantined
--   file_name          the name it came under
--   exported_on        export date; NULL where quarantined
--   exported_on_basis  given (--on), name, content (its newest member's or row's time) or modified (modification day)
--   complete           a follower list that names every follower: declared, or at least 99 % of the nearest total
--   status             loaded, partial (some files in it failed) or quarantined
--   row_count          rows loaded from it
--   ingested_at        when it was accepted, UTC
--   reason             why it was quarantined
select
    a.archive_id,
    a.owner,
    a.source,
    a.file_name,
    a.exported_on,
    a.exported_on_basis,
    coalesce(l.is_complete, a.complete) as complete,
    a.status,
    a.row_count,
    a.ingested_at,
    a.reason
from raw.archives as a
left join staging.follower_lists as l on l.owner = a.owner and l.archive_id = a.archive_id
