-- Wrote last, within 90 days, to an owner who had written to them before: the ball is with the owner.
with talks as (
    select
        owner,
        person_id,
        max(sent_at) filter (where direction = 'received') as received_at,
        max(sent_at) filter (where direction = 'sent') as written_at
    from main.messages
    where person_id is not null
    group by owner, person_id
)
select t.owner, t.person_id, 'wrote on ' || cast(cast(t.received_at as date) as varchar) as reason
from talks as t
cross join main.build_info as b
where t.received_at > t.written_at
    and date_diff('day', cast(t.received_at as date), b.today) between 0 and 90
