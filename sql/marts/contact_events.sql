-- What happened to each contact. Both dates are equal where the day is known; else it happened after the one export and
-- by the other.
--
-- columns:
--   owner           slug of the member whose exports these are
--   person_id       the contact
--   event           connected, disconnected, reconnected, company_changed, position_changed, name_changed, url_changed,
--                   email_shared, followed_me, unfollowed_me, i_followed or i_unfollowed
--   happened_after  the export before it, or its day
--   happened_by     the export that shows it, or its day
--   old_value       what was said before
--   new_value       what is said since
--   archive_id      the file that shows it
with traced as (
    select
        owner, person_id, from_rank, from_on, previous_on, full_name, company, canonical_company, position, email,
        profile_url, is_addressed, connected_on, archive_id,
        row_number() over newest as place,
        lag(until_rank) over newest as was_until_rank,
        lag(last_on) over newest as was_last_on,
        -- a row beside which one before still stands (somebody listed twice) is no change of it
        max(last_rank) over before_it < from_rank as is_next,
        max(until_rank) over before_it as was_held_rank,
        max(until_rank) over up_to_it as held_rank,
        max(last_on) over up_to_it as held_last_on,
        lag(full_name) over newest as was_full_name,
        lag(company) over newest as was_company,
        lag(canonical_company) over newest as was_canonical_company,
        lag(position) over newest as was_position,
        lag(email) over newest as was_email,
        lag(profile_url) over newest as was_profile_url,
        lag(connected_on) over newest as was_connected_on,
        lead(from_rank) over newest as next_from_rank
    from history.contact_rows
    window
        newest as (partition by owner, person_id order by from_rank, until_rank),
        before_it as (
            partition by owner, person_id order by from_rank, until_rank rows between unbounded preceding and 1 preceding
        ),
        up_to_it as (partition by owner, person_id order by from_rank, until_rank rows unbounded preceding)
),
-- a day of connecting before the last export without them, or before one that had them, is not the day they came back
rows as (
    select
        *, coalesce(connected_on <> was_connected_on and connected_on >= previous_on, false) as is_day_of_return
    from traced
),
connections as (
    select
        owner, person_id, 'connected' as event, coalesce(connected_on, from_on) as happened_after,
        coalesce(connected_on, from_on) as happened_by, cast(null as varchar) as old_value,
        cast(null as varchar) as new_value, archive_id
    from rows where place = 1
    union all
    select
        r.owner, r.person_id, 'disconnected', r.held_last_on, u.exported_on, cast(null as varchar),
        cast(null as varchar), u.archive_id
    from rows as r
    join staging.carriers as u on u.owner = r.owner and u.table_name = 'connections' and u.rank = r.held_rank
    where u.archive_no <> 0 and coalesce(r.next_from_rank > r.held_rank, true)
    union all
    -- gone and back between two exports: the day of connecting is another, and one between them
    select
        owner, person_id, 'disconnected', was_last_on, from_on, cast(null as varchar), cast(null as varchar), archive_id
    from rows
    where is_next and was_until_rank >= from_rank and is_day_of_return
    union all
    select
        owner, person_id, 'reconnected',
        case when is_day_of_return then connected_on else previous_on end,
        case when is_day_of_return then connected_on else from_on end,
        cast(null as varchar), cast(null as varchar), archive_id
    from rows
    where is_next and (was_held_rank < from_rank or is_day_of_return)
),
facts as (
    select
        owner, person_id, 'company_changed' as event, was_last_on as happened_after, from_on as happened_by,
        was_company as old_value, company as new_value, archive_id
    from rows
    where is_next and coalesce(was_canonical_company, '') <> coalesce(canonical_company, '')
    union all
    select owner, person_id, 'position_changed', was_last_on, from_on, was_position, position, archive_id
    from rows
    where is_next and coalesce(was_position, '') <> coalesce(position, '')
    union all
    select owner, person_id, 'name_changed', was_last_on, from_on, was_full_name, full_name, archive_id
    from rows
    where is_next and was_full_name <> full_name
    union all
    select owner, person_id, 'url_changed', was_last_on, from_on, was_profile_url, profile_url, archive_id
    from rows
    -- a member id in the slug's place is the same address
    where is_next and was_profile_url <> profile_url
        and was_profile_url not like '%/in/ACo%' and profile_url not like '%/in/ACo%'
    union all
    select owner, person_id, 'email_shared', was_last_on, from_on, was_email, email, archive_id
    from rows
    where is_next and email is not null and coalesce(was_email, '') <> email
),
-- someone is new among the followers only where a complete list before did not have them
complete_before as (
    select s.owner, s.person_id, s.from_rank, max(l.rank) as complete_rank
    from history.listed_spans as s
    join staging.follower_lists as l on l.owner = s.owner and l.is_complete and l.rank < s.from_rank
    left join history.perhaps_listed as q
        on q.owner = s.owner and q.person_id = s.person_id and q.rank = l.rank
    where q.person_id is null
    group by s.owner, s.person_id, s.from_rank
),
follows as (
    select
        s.owner, s.person_id, 'followed_me' as event, l.exported_on as happened_after, s.from_on as happened_by,
        cast(null as varchar) as old_value, cast(null as varchar) as new_value, s.archive_id
    from history.listed_spans as s
    join complete_before as b on b.owner = s.owner and b.person_id = s.person_id and b.from_rank = s.from_rank
    join staging.follower_lists as l on l.owner = b.owner and l.rank = b.complete_rank
    union all
    select
        owner, person_id, 'unfollowed_me', last_on, until_on, cast(null as varchar), cast(null as varchar),
        until_archive_id
    from history.listed_spans
    where until_on <> date '9999-12-31'
),
own_follows as (
    select
        f.owner, n.person_id, case when f.is_following then 'i_followed' else 'i_unfollowed' end as event,
        cast(f.followed_at as date) as happened_after, cast(f.followed_at as date) as happened_by,
        cast(null as varchar) as old_value, cast(null as varchar) as new_value,
        arg_min(f.first_archive_id, cast(f.first_on as varchar) || f.first_archive_id)
            filter (where f.first_archive_id is not null) as archive_id
    from staging.member_follows as f
    join identity.names as n on n.owner = f.owner and n.match_name = f.match_name
    where n.person_id is not null and f.is_following is not null and f.followed_at is not null
    group by f.owner, n.person_id, f.is_following, cast(f.followed_at as date)
),
events as (
    select owner, person_id, event, happened_after, happened_by, old_value, new_value, archive_id from connections
    union all
    select owner, person_id, event, happened_after, happened_by, old_value, new_value, archive_id from facts
    union all
    select owner, person_id, event, happened_after, happened_by, old_value, new_value, archive_id from follows
    union all
    select owner, person_id, event, happened_after, happened_by, old_value, new_value, archive_id from own_follows
)
select e.owner, e.person_id, e.event, e.happened_after, e.happened_by, e.old_value, e.new_value, e.archive_id
from events as e
join identity.profiles as p on p.owner = e.owner and p.person_id = e.person_id
