-- What the member searched for on LinkedIn.
--
-- columns:
--   owner        slug of the member
--   searched_at  when, UTC
--   query        the words
select distinct owner, searched_at, query
from raw.search_queries
