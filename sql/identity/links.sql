-- Pairs of keys that name the same person, with the fact that proves it. Nothing is guessed: a pair needs a file that
-- carries both keys, or the same owner's exports showing one name and one day of connecting under another address (or,
-- until 2023, under none), or one e-mail address, and never two of them side by side in one export. Or a person says so.
-- An address that a person split from the rest has part in none of this; it keeps the ids that lists give to it alone.
--
-- columns:
--   key_a   a key
--   key_b   another key of the same person
--   reason  listed_together, same_connection, same_email, or merged: by hand
with rows as (
    select owner, person_key, member_key, number_key, sales_key, email from staging.listed_people
    union
    select owner, person_key, member_key, number_key, sales_key, email from staging.contact_lists
),
listed as (
    select person_key, member_key as id_key from rows where member_key <> person_key
    union
    select person_key, number_key from rows where number_key <> person_key
    union
    select person_key, sales_key from rows where sales_key <> person_key
),
listed_with_several as (
    select id_key
    from listed
    group by id_key
    having count(distinct person_key) > 1
),
bridged as (
    select l.person_key, l.id_key
    from listed as l
    left join curation.splits as k on k.person_key = l.person_key
    left join curation.splits as i on i.person_key = l.id_key
    left join listed_with_several as v on v.id_key = l.id_key
    where i.person_key is null and (k.person_key is null or v.id_key is null)
),
connections as (
    select
        c.owner,
        c.person_key,
        c.address_key is null as is_bare,
        c.owner || '|' || c.match_name || '|' || cast(c.connected_on as varchar) as same_connection,
        c.email,
        s.from_rank,
        s.last_rank
    from staging.connections as c
    join staging.connection_spans as s on s.row_id = c.row_id
    where not c.is_hidden
),
facts as (
    select owner, same_connection as claim, 'same_connection' as reason, person_key
    from connections where same_connection is not null
    union all
    select owner, owner || '|' || email, 'same_email', person_key
    from connections where email is not null
),
claims as (
    select f.owner, f.claim, f.reason, f.person_key
    from facts as f
    left join curation.splits as s on s.person_key = f.person_key
    where s.person_key is null
),
shared as (
    select claim, reason
    from claims
    group by claim, reason
    having count(distinct person_key) > 1
),
claimants as (
    select c.owner, c.claim, c.reason, c.person_key
    from claims as c
    join shared as s on s.claim = c.claim and s.reason = c.reason
),
-- all that the exports show under these keys, for an address may have passed to somebody else
shown as (
    select distinct c.claim, c.reason, c.person_key, k.from_rank, k.last_rank
    from claimants as c
    join connections as k on k.person_key = c.person_key and k.owner = c.owner
),
side_by_side as (
    select distinct a.claim, a.reason
    from shown as a
    join shown as b
        on b.claim = a.claim and b.reason = a.reason and b.person_key > a.person_key
        and b.from_rank <= a.last_rank and a.from_rank <= b.last_rank
),
proved as (
    select
        c.claim,
        c.reason,
        c.person_key,
        min(c.person_key) over (partition by c.claim, c.reason) as first_key
    from claimants as c
    left join side_by_side as x on x.claim = c.claim and x.reason = c.reason
    where x.claim is null
)
select person_key as key_a, id_key as key_b, 'listed_together' as reason from bridged
union
select first_key, person_key, reason from proved where person_key <> first_key
union
-- an e-mail address in a list joins the one person whose connection row shows it
select l.person_key, c.person_key, 'same_email'
from rows as l
join claims as c on c.claim = l.owner || '|' || l.email and c.reason = 'same_email'
left join side_by_side as x on x.claim = c.claim and x.reason = c.reason
left join curation.splits as s on s.person_key = l.person_key
where l.person_key <> c.person_key and x.claim is null and s.person_key is null
union
select keep_key, other_key, 'merged' from curation.merges
