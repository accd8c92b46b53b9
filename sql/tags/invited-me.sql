-- A connection who asked for it: of the invitations between the two, the newest came from them.
with newest as (
    select
        owner,
        person_id,
        max(sent_at) filter (where direction = 'incoming') as invited_at,
        max(sent_at) filter (where direction = 'outgoing') as inviting_at
    from main.invitations
    where person_id is not null
    group by owner, person_id
)
select c.owner, c.person_id, 'invited the owner on ' || cast(cast(n.invited_at as date) as varchar) as reason
from newest as n
join main.contacts as c on c.owner = n.owner and c.person_id = n.person_id
where c.is_connection
    and n.invited_at is not null
    and (n.inviting_at is null or n.invited_at > n.inviting_at)
