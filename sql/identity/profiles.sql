-- What each contact is called and does, as the newest file that says it has it. Connections.csv decides on company and
-- position, for other files give a headline in their place. What a person typed counts where no file says otherwise.
-- Of persons merged by hand, the one to be kept gives the address, and the rest where files of one day name both.
--
-- columns:
--   owner          slug of the member whose exports these are
--   person_id      the person
--   full_name      name as shown last
--   first_name     first name as shown last
--   last_name      last name as shown last
--   profile_url    address of the profile, with a member id in the slug's place where only that is known
--   email          last known e-mail address
--   company        last known company
--   position       last known position
--   first_seen_on  export date of the first file naming the person
--   last_seen_on   export date of the last file naming the person
with ordered as (
    select
        p.owner, p.person_id, p.person_key, p.full_name, p.first_name, p.last_name, p.email, p.company, p.position,
        p.first_on, p.last_on,
        case p.source
            when 'connections' then '5' when 'follower_list' then '4' when 'contact_list' then '4' when 'invitations' then '3'
            when 'messages' then '2' when 'added' then '0' else '1'
        end as weight,
        case when p.source = 'added' then '0000-00-00' else cast(p.last_on as varchar) end || '|' as newest,
        case when k.separate_id <> k.person_id then '0' else '1' end as is_kept
    from identity.people as p
    left join identity.person_keys as k
        on k.person_key = p.person_key and (k.person_key like 'slug:%' or k.person_key like 'member_id:%')
),
gathered as (
    select
        owner,
        person_id,
        arg_max(full_name, newest || weight || is_kept || full_name) filter (where full_name is not null) as full_name,
        arg_max(
            coalesce(first_name, '') || chr(31) || coalesce(last_name, ''), newest || weight || is_kept || full_name
        ) filter (where coalesce(first_name, last_name) is not null) as first_and_last,
        arg_max(person_key, is_kept || newest || weight || '|' || person_key)
            filter (where person_key like 'slug:%') as slug_key,
        arg_max(person_key, newest || weight || '|' || person_key)
            filter (where person_key like 'member_id:%') as member_key,
        arg_max(email, newest || weight || is_kept || email) filter (where email is not null) as email,
        arg_max(company, weight || newest || is_kept || company) filter (where company is not null) as company,
        arg_max(position, weight || newest || is_kept || position) filter (where position is not null) as position,
        min(first_on) as first_seen_on,
        max(last_on) as last_seen_on
    from ordered
    group by owner, person_id
),
-- names are shown without the blanks at their ends and the double ones inside that some people type
tidied as (
    select
        *,
        trim(regexp_replace(full_name, '\s+', ' ', 'g')) as whole_name,
        trim(regexp_replace(split_part(first_and_last, chr(31), 1), '\s+', ' ', 'g')) as first_part,
        trim(regexp_replace(split_part(first_and_last, chr(31), 2), '\s+', ' ', 'g')) as last_part
    from gathered
),
-- first and last name as a file gives them, where together they are still the whole name
parted as (
    select *, trim(first_part || ' ' || last_part) = whole_name as is_in_parts
    from tidied
)
select
    owner,
    person_id,
    whole_name as full_name,
    case when is_in_parts then nullif(first_part, '') end as first_name,
    case when is_in_parts then nullif(last_part, '') end as last_name,
    'https://www.linkedin.com/in/'
    || coalesce(substr(slug_key, length('slug:') + 1), substr(member_key, length('member_id:') + 1)) as profile_url,
    email,
    company,
    position,
    first_seen_on,
    last_seen_on
from parted
