-- Proved to follow the owner, and liked or commented on posts: the audience that answers.
select
    c.owner,
    c.person_id,
    cast(count(distinct p.post_url) as varchar) || ' posts liked or commented on' as reason
from main.contacts as c
join main.post_engagements as p on p.owner = c.owner and p.person_id = c.person_id
where c.follows_me = 'yes'
group by c.owner, c.person_id
