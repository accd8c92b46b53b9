-- Changed company or title in the last 90 days, or by the newest export within them: a reason to write.
select
    e.owner,
    e.person_id,
    'by ' || cast(e.happened_by as varchar) || ': ' || coalesce(e.old_value, 'nothing') || ' → '
    || coalesce(e.new_value, 'nothing') as reason
from main.contact_events as e
cross join main.build_info as b
where e.event in ('company_changed', 'position_changed')
    and date_diff('day', e.happened_by, b.today) between 0 and 90
