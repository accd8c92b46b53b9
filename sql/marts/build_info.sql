-- The build behind this file: one row.
--
-- columns:
--   today        the day that everything relative is reckoned from
--   built_at     when it was built, UTC
--   version      version of linkstrata
--   newest_edit  number of the newest edit by a person (tag, note, merge…) that these tables show; NULL before the first
--   edited_at    when that edit was made, UTC
select today, built_at, version, newest_edit, edited_at from raw.build
