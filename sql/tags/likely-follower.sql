-- Is not a connection but wrote to the owner or invited them: whoever invites follows by default, who writes often does.
with invited as (
    select owner, person_id, max(cast(sent_at as date)) as invited_on
    from main.invitations
    where direction = 'incoming' and person_id is not null
    group by owner, person_id
)
select
    c.owner,
    c.person_id,
    case
        when i.invited_on is not null then 'invited the owner on ' || cast(i.invited_on as varchar)
        else cast(c.messages_received as varchar) || ' messages received'
    end as reason
from main.contacts as c
left join invited as i on i.owner = c.owner and i.person_id = c.person_id
where not c.is_connection
    and c.follows_me = 'unknown'
    and (i.invited_on is not null or c.messages_received > 0)
