-- Tags that contact lists and CRM exports bring along, as long as the newest list that tags the person says so.
--
-- columns:
--   owner      slug of the member whose list it is
--   person_id  the contact
--   tag        the tag
--   tagged_at  export date of the first list that says so
with said as (
    select
        l.owner, k.person_id, l.first_on, l.last_on,
        string_split(replace(replace(replace(l.tags, ';', ','), '|', ','), chr(10), ','), ',') as tags
    from staging.contact_lists as l
    join identity.person_keys as k
        on k.person_key = coalesce(l.person_key, concat('named:', l.owner, '|', l.match_name))
    where l.tags is not null
),
apart as (
    select owner, person_id, first_on, last_on, trim(unnest(tags)) as tag
    from said
),
newest as (
    select owner, person_id, max(last_on) as last_on from said group by owner, person_id
)
select a.owner, a.person_id, a.tag, min(a.first_on) as tagged_at
from apart as a
join newest as v on v.owner = a.owner and v.person_id = a.person_id
join segments.contacts as c on c.owner = a.owner and c.person_id = a.person_id
where a.tag <> ''
group by a.owner, a.person_id, a.tag, v.last_on
having max(a.last_on) = v.last_on
