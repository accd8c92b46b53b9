-- The build behind this file: one row.
--
-- columns:
--   today     the day that everything relative is reckoned from
--   built_at  when it was built, UTC
--   version   version of linkstrata
select today, built_at, version from raw.build
