-- Every file handed over that could not even be opened, and so has no archive_id: a link that leads nowhere, a pipe, a
-- file that may not be read. It is tried again when another file is loaded, and leaves this table once it is read or gone.
--
-- columns:
--   file_name  the name it came under
--   reason     why it could not be opened
--   tried_at   when that was last tried, UTC
select file_name, reason, tried_at from raw.quarantined where archive_id is null
