-- Address books that the member let LinkedIn import: they make nobody a contact. Where an entry's profile address or
-- e-mail address is that of exactly one contact, it says whom that entry is of.
--
-- columns:
--   owner               slug of the member
--   person_id           the contact whom the entry is of, NULL where it fits nobody or several
--   matched_by          profile or email: what told so, NULL without a person
--   source              GOOGLE_CONTACTS, MOBILE_CONTACTS, FILE_UPLOAD, IPHONE_CALENDAR, ABOOK_IMPORT
--   first_name          given name
--   middle_name         middle name
--   last_name           family name
--   full_name           whole name
--   companies           employers
--   title               job title
--   emails              e-mail addresses joined by commas
--   phone_numbers       telephone numbers joined by commas
--   postal_addresses    postal addresses
--   sites               websites
--   instant_messengers  messenger handles
--   birthday            as written
--   birth_month         month of the birthday, NULL where what is written tells none
--   birth_day           day of the month of the birthday
--   location            place
--   profiles            profiles elsewhere
--   created_at          when it was imported, UTC
--   updated_at          when it last changed, UTC
--   bookmarked_at       when it was marked, UTC
--   extra               columns the catalogue does not know, as JSON
--   first_seen_on       export date of the first file with the entry
--   last_seen_on        export date of the last file with the entry
--   is_current          whether the newest file of its kind still has the entry
with entries as (
    select
        t.row_id,
        t.birthday as written,
        min(f.exported_on) as first_seen_on,
        max(u.previous_on) as last_seen_on,
        bool_or(s.until_archive = 0) as is_current
    from raw.address_book as t
    join raw.address_book_spans as s on s.row_id = t.row_id
    join staging.carriers as f
        on f.owner = t.owner and f.table_name = 'address_book' and f.archive_no = s.from_archive
    join staging.carriers as u
        on u.owner = t.owner and u.table_name = 'address_book' and u.archive_no = s.until_archive
    group by t.row_id, t.birthday
),
-- 1980-03-14 and --03-14; 14.3.1980; Mar 14, 1980; 14 March 1980; 3/14/1980, the month first unless it can't be
told as (
    select
        row_id,
        case
            when regexp_matches(written, '^([0-9]{4}|-)-[0-9]{1,2}-?[0-9]{1,2}')
                then concat(
                    regexp_extract(written, '^(?:[0-9]{4}|-)-([0-9]{1,2})-?([0-9]{1,2})', 1), ' ',
                    regexp_extract(written, '^(?:[0-9]{4}|-)-([0-9]{1,2})-?([0-9]{1,2})', 2)
                )
            when regexp_matches(written, '^[0-9]{1,2}\.[ ]?[0-9]{1,2}\.')
                then concat(
                    regexp_extract(written, '^[0-9]{1,2}\.[ ]?([0-9]{1,2})\.', 1), ' ',
                    regexp_extract(written, '^([0-9]{1,2})\.', 1)
                )
            when regexp_matches(written, '^[0-9]{1,2}/[0-9]{1,2}(/|$)')
                then case
                    when cast(regexp_extract(written, '^([0-9]{1,2})/', 1) as integer) > 12
                        then concat(
                            regexp_extract(written, '^[0-9]{1,2}/([0-9]{1,2})', 1), ' ',
                            regexp_extract(written, '^([0-9]{1,2})/', 1)
                        )
                    else concat(
                        regexp_extract(written, '^([0-9]{1,2})/', 1), ' ',
                        regexp_extract(written, '^[0-9]{1,2}/([0-9]{1,2})', 1)
                    )
                end
            when regexp_matches(lower(written), '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)')
                then concat(
                    cast((strpos(
                        'janfebmaraprmayjunjulaugsepoctnovdec',
                        regexp_extract(lower(written), '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)', 1)
                    ) + 2) / 3 as integer), ' ',
                    regexp_extract(written, '(^|[^0-9])([0-9]{1,2})([^0-9]|$)', 2)
                )
        end as month_and_day
    from entries
    where written is not null
),
birthdays as (
    select
        row_id,
        try_cast(regexp_extract(month_and_day, '^([0-9]+) ', 1) as integer) as birth_month,
        try_cast(regexp_extract(month_and_day, ' ([0-9]+)$', 1) as integer) as birth_day
    from told
),
contact_emails as (
    select owner, lower(email) as email, person_id from segments.contacts where email is not null
    union
    select owner, lower(email), person_id from history.contact_rows where email is not null
),
entry_emails as (
    select row_id, owner, unnest(string_split(replace(lower(emails), ';', ','), ',')) as email
    from raw.address_book
    where emails is not null
),
entry_profiles as (
    select
        row_id,
        owner,
        unnest(regexp_extract_all(concat_ws(' ', profiles, sites), 'linkedin\.com/in/([^/?#,;\s"\]]+)', 1)) as slug
    from raw.address_book
    where profiles is not null or sites is not null
),
fits as (
    select e.row_id, c.person_id, 'profile' as matched_by
    from entry_profiles as e
    join identity.person_keys as k on k.person_key = concat('slug:', lower(url_decode(e.slug)))
    join segments.contacts as c on c.owner = e.owner and c.person_id = k.person_id
    union all
    select e.row_id, c.person_id, 'email'
    from entry_emails as e
    join contact_emails as c on c.owner = e.owner and c.email = trim(e.email)
),
matched as (
    select row_id, min(person_id) as person_id, max(matched_by) as matched_by
    from fits
    group by row_id
    having count(distinct person_id) = 1
)
select
    t.owner, m.person_id, m.matched_by, t.source, t.first_name, t.middle_name, t.last_name, t.full_name, t.companies,
    t.title, t.emails, t.phone_numbers, t.postal_addresses, t.sites, t.instant_messengers, t.birthday,
    case when b.birth_day between 1 and day(last_day(make_date(2024, b.birth_month, 1))) then b.birth_month end
        as birth_month,
    case when b.birth_day between 1 and day(last_day(make_date(2024, b.birth_month, 1))) then b.birth_day end
        as birth_day,
    t.location, t.profiles, t.created_at, t.updated_at, t.bookmarked_at, t.extra, e.first_seen_on, e.last_seen_on,
    e.is_current
from raw.address_book as t
join entries as e on e.row_id = t.row_id
left join (select row_id, birth_month, birth_day from birthdays where birth_month between 1 and 12) as b
    on b.row_id = t.row_id
left join matched as m on m.row_id = t.row_id
