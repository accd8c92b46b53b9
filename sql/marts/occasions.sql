-- Reasons to write to somebody, from 30 days before the day of the build to a year after it, with what was decided on
-- each. Nothing is sent: it is a list to write from. 29 February falls on the 28th in years without it.
--
-- Kinds: anniversary of connecting, birthday (from the address book), new_job (an export shows another company), season
-- (see below; for ties of strength 40 and more), answer (they wrote last, within 90 days), follow_up (a day after the
-- note was written that stands in a note as 2027-01-15).
--
-- columns:
--   owner       slug of the member whose exports these are
--   person_id   the contact
--   kind        anniversary, birthday, new_job, season, answer or follow_up
--   occasion    names it among the person's; stays the same over rebuilds: the kind and its year, day or season
--   occurs_on   its own day; for a new job that of the export that shows it, for an answer that of their message
--   due_on      the day to write: the one that it was put off to, the day of the build for an answer, else occurs_on
--   reason      what there is to write about, in words
--   state       open; done; later: put off; never: nothing of this kind about this person again
--   decided_at  when that was said, UTC; NULL while open
with seasons(season, season_month, season_day, season_reason) as (
    values
    ('new_year', 1, 1, 'a good new year'),
    ('summer', 7, 1, 'a good summer'),
    ('autumn', 9, 1, 'a good start after the summer')
),
years as (
    select year(b.today) + v.ahead as year
    from marts.build_info as b
    cross join (values (-2), (-1), (0), (1)) as v(ahead)
),
birthdays as (
    select
        owner,
        person_id,
        birth_month,
        birth_day,
        row_number() over (
            partition by owner, person_id
            order by last_seen_on desc, first_seen_on desc, matched_by desc, birth_month, birth_day
        ) as choice
    from marts.address_book
    where person_id is not null and birth_month is not null
),
note_days as (
    select owner, person_id, note, written_at, try_cast(unnest(
        regexp_extract_all(note, '[0-9]{4}-[0-9]{2}-[0-9]{2}')
    ) as date) as noted_on
    from marts.notes
),
reasons as (
    select
        c.owner,
        c.person_id,
        'anniversary' as kind,
        cast(y.year as varchar) as subject,
        make_date(
            y.year, month(c.connected_on),
            least(day(c.connected_on), day(last_day(make_date(y.year, month(c.connected_on), 1))))
        ) as occurs_on,
        concat(
            'connected for ', y.year - year(c.connected_on),
            case when y.year - year(c.connected_on) = 1 then ' year' else ' years' end
        ) as reason
    from segments.contacts as c
    join years as y on y.year > year(c.connected_on)
    where c.is_connection
    union all
    select
        b.owner, b.person_id, 'birthday', cast(y.year as varchar),
        make_date(
            y.year, b.birth_month, least(b.birth_day, day(last_day(make_date(y.year, b.birth_month, 1))))
        ),
        'birthday'
    from birthdays as b
    cross join years as y
    where b.choice = 1
    union all
    select
        e.owner, e.person_id, 'new_job', cast(e.happened_by as varchar), e.happened_by,
        min(concat('now at ', e.new_value, case when e.old_value is null then '' else ', before at ' || e.old_value end))
    from marts.contact_events as e
    join segments.contacts as c on c.owner = e.owner and c.person_id = e.person_id
    where e.event = 'company_changed' and e.new_value is not null and c.is_connection
    group by e.owner, e.person_id, e.happened_by
    union all
    select
        r.owner, r.person_id, 'season', concat(s.season, '-', y.year),
        make_date(y.year, s.season_month, s.season_day), s.season_reason
    from marts.relationships as r
    cross join seasons as s
    cross join years as y
    where r.strength >= 40
    union all
    select
        owner, person_id, 'answer', cast(cast(last_message_at as date) as varchar), cast(last_message_at as date),
        case
            when unanswered_received = 1 then 'their message waits for an answer'
            else concat(unanswered_received, ' messages of theirs wait for an answer')
        end
    from marts.relationships
    where unanswered_received > 0
    union all
    select owner, person_id, 'follow_up', cast(noted_on as varchar), noted_on, min(left(note, 200))
    from note_days
    where noted_on > cast(written_at as date)
    group by owner, person_id, noted_on
),
named as (
    select owner, person_id, kind, concat(kind, ':', subject) as occasion, occurs_on, reason
    from reasons
),
decisions as (
    select
        d.owner,
        k.person_id,
        d.occasion,
        d.decision,
        d.put_off_to,
        d.decided_at,
        row_number() over (
            partition by d.owner, k.person_id, d.occasion order by d.decided_at desc, d.person_key
        ) as choice
    from curation.occasions as d
    join identity.person_keys as k on k.person_key = d.person_key
),
decided as (
    select
        n.owner,
        n.person_id,
        n.kind,
        n.occasion,
        n.occurs_on,
        n.reason,
        case when e.decision is not null then 'never' else coalesce(d.decision, 'open') end as state,
        coalesce(e.decided_at, d.decided_at) as decided_at,
        d.put_off_to
    from named as n
    left join decisions as d
        on d.owner = n.owner and d.person_id = n.person_id and d.occasion = n.occasion and d.choice = 1
    left join decisions as e
        on e.owner = n.owner and e.person_id = n.person_id and e.occasion = n.kind and e.choice = 1
),
due as (
    select
        d.owner,
        d.person_id,
        d.kind,
        d.occasion,
        d.occurs_on,
        case
            when d.state = 'later' then d.put_off_to
            when d.kind = 'answer' and d.occurs_on >= b.today - 90 then b.today
            else d.occurs_on
        end as due_on,
        d.reason,
        d.state,
        d.decided_at,
        b.today
    from decided as d
    cross join marts.build_info as b
)
select owner, person_id, kind, occasion, occurs_on, due_on, reason, state, decided_at
from due
where due_on between today - 30 and today + 365
order by owner, due_on, person_id, occasion
