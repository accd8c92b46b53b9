-- Every row that was read and could not be loaded.
--
-- columns:
--   archive_id   the archive
--   path         path inside the archive
--   line_number  line at which the row begins, NULL where the format has none
--   reason       why it could not be loaded
--   raw          the row as it stands in the file
select archive_id, path, line_number, reason, raw from raw.rejected_rows
