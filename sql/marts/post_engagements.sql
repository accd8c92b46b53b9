-- People who liked or commented on the member's posts, from the tools that list them. It proves interest, not following.
--
-- columns:
--   owner              slug of the member
--   person_id          the person, NULL where the list has a name alone that no contact or several contacts bear
--   full_name          name as shown
--   post_url           address of the post
--   has_liked          whether they reacted
--   has_commented      whether they commented
--   comment            what they wrote
--   last_commented_at  when they commented last, as the list has it
--   observed_at        when the list saw it, UTC
--   first_seen_on      export date of the first file with it
select
    e.owner,
    p.person_id,
    coalesce(e.full_name, nullif(trim(concat_ws(' ', e.first_name, e.last_name)), '')) as full_name,
    e.post_url, e.has_liked, e.has_commented, e.comments as comment, e.last_commented_at, e.observed_at,
    min(f.exported_on) as first_seen_on
from raw.post_engagers as e
join raw.post_engagers_spans as s on s.row_id = e.row_id
join staging.carriers as f on f.owner = e.owner and f.table_name = 'post_engagers' and f.archive_no = s.from_archive
left join raw.addresses as a on a.address = e.profile_url
left join raw.names as m
    on m.name = coalesce(trim(e.full_name), nullif(trim(concat_ws(' ', e.first_name, e.last_name)), ''))
left join identity.person_keys as k
    on k.person_key = coalesce(
        a.key_kind || ':' || a.key_value, 'member_id:' || e.member_id, 'member_number:' || e.member_number,
        'sales_id:' || e.sales_id
    )
left join identity.names as n on k.person_id is null and n.owner = e.owner and n.match_name = m.match_name
left join identity.profiles as p on p.owner = e.owner and p.person_id = coalesce(k.person_id, n.person_id)
group by
    e.row_id, e.owner, p.person_id, e.full_name, e.first_name, e.last_name, e.post_url, e.has_liked,
    e.has_commented, e.comments, e.last_commented_at, e.observed_at
