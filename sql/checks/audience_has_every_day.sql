-- One row per owner and day without a gap, and no count below zero.
--
-- guards: marts.audience_daily
select owner, min(day) as day
from marts.audience_daily
group by owner
having count(*) <> count(distinct day) or count(*) <> date_diff('day', min(day), max(day)) + 1
union all
select owner, day
from marts.audience_daily
where connections < 0 or new_connections < 0 or lost_connections < 0 or followers < 0
