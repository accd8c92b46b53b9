-- Whether each contact follows the owner, with the reason: contract "follows_me". A contact without a row is unknown.
--
-- columns:
--   owner       slug of the member
--   person_id   the contact
--   state       yes, no or assumed
--   source      follower_list, complete_list_absence or connection_default
--   match       url, member_id, name or rule
--   archive_id  the file that gives the reason
with complete as (
    select owner, archive_id, rank
    from (
        select owner, archive_id, rank, row_number() over (partition by owner order by rank desc) as choice
        from staging.follower_lists
        where is_complete
    ) as newest
    where choice = 1
),
-- whom no complete list contradicts since
standing as (
    select owner, person_id
    from history.listed_spans
    where until_on = date '9999-12-31'
),
perhaps_listed as (
    select distinct owner, person_id
    from history.perhaps_listed
    where until_on = date '9999-12-31'
),
judged as (
    select
        p.owner,
        p.person_id,
        l.archive_id as list_id,
        l.match,
        s.person_id is not null as is_listed,
        c.archive_id as complete_id,
        c.rank is not null and o.person_id is null as is_absent,
        coalesce(k.is_connection, false) as is_connection,
        k.archive_id as connections_id
    from identity.profiles as p
    left join segments.listed_followers as l on l.owner = p.owner and l.person_id = p.person_id
    left join standing as s on s.owner = p.owner and s.person_id = p.person_id
    left join complete as c on c.owner = p.owner
    left join perhaps_listed as o on o.owner = p.owner and o.person_id = p.person_id
    left join segments.connections as k on k.owner = p.owner and k.person_id = p.person_id
)
select
    owner,
    person_id,
    case when is_listed then 'yes' when is_absent then 'no' else 'assumed' end as state,
    case
        when is_listed then 'follower_list' when is_absent then 'complete_list_absence' else 'connection_default'
    end as source,
    case when is_listed then match else 'rule' end as match,
    case when is_listed then list_id when is_absent then complete_id else connections_id end as archive_id
from judged
where is_listed or is_absent or is_connection
