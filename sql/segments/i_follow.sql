-- Whether the owner follows each contact, with the reason: contract "i_follow". A contact without a row is unknown.
--
-- columns:
--   owner       slug of the member
--   person_id   the contact
--   state       yes, no or assumed
--   source      member_follows, follower_list, connection_default or invitation_default
--   match       url, member_id, name or rule
--   archive_id  the file that gives the reason
with said as (
    select
        f.owner, n.person_id, f.is_following, f.followed_at as said_at, 'member_follows' as source, 'name' as match,
        f.last_archive_id as archive_id
    from staging.member_follows as f
    join identity.names as n on n.owner = f.owner and n.match_name = f.match_name
    where n.person_id is not null and f.is_following is not null
    union all
    select
        p.owner, coalesce(k.person_id, n.person_id), p.is_following, p.observed_at, 'follower_list',
        case
            when p.slug_key is not null then 'url'
            when p.person_key is not null and not k.is_by_name then 'member_id'
            else 'name'
        end,
        p.last_archive_id
    from staging.listed_people as p
    left join identity.person_keys as k on k.person_key = p.person_key
    left join identity.names as n on p.person_key is null and n.owner = p.owner and n.match_name = p.match_name
    where p.is_following is not null and coalesce(k.person_id, n.person_id) is not null
),
newest as (
    select
        owner, person_id, is_following, source, match, archive_id,
        row_number() over (
            partition by owner, person_id order by said_at desc nulls last, source desc, is_following, archive_id
        ) as choice
    from said
),
invited as (
    select i.owner, coalesce(k.person_id, n.person_id) as person_id, max(i.last_archive_id) as archive_id
    from staging.invitations as i
    left join identity.person_keys as k on k.person_key = i.address_key
    left join identity.names as n on i.address_key is null and n.owner = i.owner and n.match_name = i.match_name
    where i.direction = 'outgoing'
    group by i.owner, coalesce(k.person_id, n.person_id)
),
judged as (
    select
        p.owner,
        p.person_id,
        s.is_following,
        s.source,
        s.match,
        s.archive_id as said_id,
        coalesce(k.is_connection, false) as is_connection,
        k.archive_id as connections_id,
        v.archive_id as invitations_id
    from identity.profiles as p
    left join newest as s on s.owner = p.owner and s.person_id = p.person_id and s.choice = 1
    left join segments.connections as k on k.owner = p.owner and k.person_id = p.person_id
    left join invited as v on v.owner = p.owner and v.person_id = p.person_id
)
select
    owner,
    person_id,
    case when is_following then 'yes' when not is_following then 'no' else 'assumed' end as state,
    case
        when is_following is not null then source when is_connection then 'connection_default'
        else 'invitation_default'
    end as source,
    case when is_following is not null then match else 'rule' end as match,
    case
        when is_following is not null then said_id when is_connection then connections_id else invitations_id
    end as archive_id
from judged
where is_following is not null or is_connection or invitations_id is not null
