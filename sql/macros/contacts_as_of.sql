-- Contacts as they stood on a day: a connection from its day, the rest from the first file that says it. Who is a
-- connection and in no file yet bears the name and address of the first that lists them. With known_by, as it was known
-- from the archives ingested by that time.
--
-- parameters: day date, known_by timestamp = NULL
with known as (
    select o.owner, o.table_name, o.rank, o.exported_on, o.proves_absence
    from main.export_order as o
    where o.ingested_at <= coalesce(known_by, timestamp '9999-12-31 00:00:00')
),
passed as (
    select owner, table_name, rank, exported_on, proves_absence from known where exported_on <= day
),
lists as (
    select
        owner,
        max(rank) filter (where exported_on <= day) as before_rank,
        max(exported_on) filter (where exported_on <= day) as before_on,
        min(rank) filter (where exported_on > day) as after_rank
    from known
    where table_name = 'connections'
    group by owner
),
complete_lists as (
    select owner, rank from passed where table_name = 'follower_list' and proves_absence
),
complete as (
    select owner, max(rank) as rank
    from complete_lists
    group by owner
),
-- a complete list that may name a contact without saying which contradicts nothing
doubtful as (
    select distinct s.owner, s.person_id, c.rank
    from main.contact_statements as s
    join complete_lists as c on c.owner = s.owner
    where not s.is_certain and s.from_rank = c.rank
),
contradicting as (
    select p.owner, p.person_id, coalesce(max(c.rank) filter (where d.rank is null), 0) as rank
    from (select distinct owner, person_id from doubtful) as p
    join complete_lists as c on c.owner = p.owner
    left join doubtful as d on d.owner = p.owner and d.person_id = p.person_id and d.rank = c.rank
    group by p.owner, p.person_id
),
-- whom the newest export of then lists, and whom the next one lists as connected between the two
connected as (
    select
        s.owner,
        s.person_id,
        max(s.connected_on) as connected_on,
        arg_min(s.full_name, cast(10000000000 + s.from_rank as varchar) || s.full_name)
            filter (where s.full_name is not null) as full_name,
        arg_min(
            coalesce(s.first_name, '') || chr(31) || coalesce(s.last_name, ''),
            cast(10000000000 + s.from_rank as varchar) || s.full_name
        ) filter (where coalesce(s.first_name, s.last_name) is not null) as first_and_last,
        arg_min(s.profile_url, cast(10000000000 + s.from_rank as varchar) || s.profile_url)
            filter (where s.profile_url is not null) as profile_url
    from main.contact_statements as s
    join lists as l on l.owner = s.owner
    where s.table_name = 'connections'
        and (
            (s.from_rank <= l.before_rank and s.until_rank > l.before_rank)
            or (s.from_rank <= l.after_rank and s.until_rank > l.after_rank
                and s.connected_on <= day and s.connected_on > coalesce(l.before_on, date '0001-01-01'))
        )
    group by s.owner, s.person_id
),
-- each statement with the newest of the passed exports that makes it; a file that proves no absence, some of its rows being
-- unreadable, does not tell which of the connections before it are still in it
standing as (
    select
        s.owner, s.person_id, s.table_name, s.weight, s.is_certain, s.full_name, s.first_name, s.last_name, s.company,
        s.position, s.profile_url, s.email, s.connected_on, s.is_invited, s.is_following, s.said_at, s.is_kept,
        max(p.rank) as rank,
        max(p.exported_on) filter (
            where s.table_name <> 'connections' or p.proves_absence or p.rank = s.from_rank
        ) as stood_on,
        min(p.exported_on) as first_stood_on
    from main.contact_statements as s
    join passed as p
        on p.owner = s.owner and p.table_name = s.table_name and p.rank >= s.from_rank and p.rank < s.until_rank
    group by all
),
described as (
    select
        owner,
        person_id,
        arg_max(full_name, cast(stood_on as varchar) || weight || cast(is_kept as int) || full_name)
            filter (where full_name is not null) as full_name,
        arg_max(
            coalesce(first_name, '') || chr(31) || coalesce(last_name, ''),
            cast(stood_on as varchar) || weight || cast(is_kept as int) || full_name
        ) filter (where coalesce(first_name, last_name) is not null) as first_and_last,
        arg_max(
            profile_url,
            cast(profile_url not like '%/in/ACo%' as int) || cast(is_kept as int) || cast(stood_on as varchar) || weight
            || profile_url
        ) filter (where profile_url is not null) as profile_url,
        arg_max(company, cast(weight as varchar) || cast(stood_on as varchar) || cast(is_kept as int) || company)
            filter (where company is not null) as company,
        arg_max(position, cast(weight as varchar) || cast(stood_on as varchar) || cast(is_kept as int) || position)
            filter (where position is not null) as position,
        arg_max(email, cast(stood_on as varchar) || weight || cast(is_kept as int) || email)
            filter (where email is not null) as email,
        bool_or(is_invited) as is_invited,
        min(first_stood_on) filter (where is_certain) as first_seen_on,
        max(stood_on) filter (where is_certain) as last_seen_on,
        bool_or(table_name = 'connections') as was_connection,
        max(connected_on) as last_connected_on,
        max(rank) filter (where table_name = 'follower_list' and is_certain) as listed_rank,
        max(rank) filter (where table_name = 'follower_list' and not is_certain) as perhaps_rank,
        arg_max(
            is_following,
            coalesce(cast(said_at as varchar), '') || '|' || table_name || '|' || case when is_following then '0' else '1' end
        ) filter (where is_following is not null) as is_following
    from standing
    group by owner, person_id
),
gathered as (
    select
        coalesce(d.owner, c.owner) as owner,
        coalesce(d.person_id, c.person_id) as person_id,
        coalesce(d.full_name, c.full_name) as full_name,
        case when d.full_name is null then c.first_and_last else d.first_and_last end as first_and_last,
        coalesce(d.profile_url, c.profile_url) as profile_url,
        d.company,
        d.position,
        d.email,
        d.first_seen_on,
        d.last_seen_on,
        coalesce(d.is_invited, false) as is_invited,
        c.person_id is not null as is_connection,
        coalesce(d.was_connection, false) as was_connection,
        coalesce(c.connected_on, d.last_connected_on) as connected_on,
        coalesce(d.listed_rank >= coalesce(k.rank, f.rank, 0), false) as is_listed,
        f.rank is not null and coalesce(d.listed_rank, 0) < f.rank and coalesce(d.perhaps_rank, 0) < f.rank as is_absent,
        d.is_following
    from described as d
    full join connected as c on c.owner = d.owner and c.person_id = d.person_id
    left join complete as f on f.owner = coalesce(d.owner, c.owner)
    left join contradicting as k on k.owner = d.owner and k.person_id = d.person_id
    -- who may be meant by a name in a list, and stands nowhere else yet, is nobody
    where d.first_seen_on is not null or c.person_id is not null
)
select
    owner,
    person_id,
    full_name,
    case
        when trim(replace(first_and_last, chr(31), ' ')) = full_name
            then nullif(split_part(first_and_last, chr(31), 1), '')
    end as first_name,
    case
        when trim(replace(first_and_last, chr(31), ' ')) = full_name
            then nullif(split_part(first_and_last, chr(31), 2), '')
    end as last_name,
    profile_url,
    company,
    position,
    case
        when is_connection and is_absent then 'connection_only'
        when is_connection then 'connection_and_follower'
        when is_listed then 'follower_only'
        when is_following then 'following_only'
        when was_connection then 'former_connection'
        else 'other_contact'
    end as segment,
    is_connection,
    connected_on,
    email,
    case
        when is_listed then 'yes' when is_absent then 'no' when is_connection then 'assumed' else 'unknown'
    end as follows_me,
    case
        when is_following then 'yes' when not is_following then 'no' when is_connection or is_invited then 'assumed'
        else 'unknown'
    end as i_follow,
    first_seen_on,
    last_seen_on
from gathered
