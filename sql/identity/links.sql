-- Pairs of keys that name the same person, with the fact that proves it. Nothing is guessed: a pair needs a file that
-- carries both keys, or the same owner's exports showing one name and one day of connecting under another address (or,
-- until 2023, under none), or one e-mail address, and never two of them side by side in one export.
--
-- columns:
--   key_a   a key
--   key_b   another key of the same person
--   reason  listed_together, same_connection or same_email
with bridged as (
    select person_key as key_a, member_key as key_b, 'listed_together' as reason from staging.listed_people
    where member_key <> person_key
    union
    select person_key, number_key, 'listed_together' from staging.listed_people where number_key <> person_key
    union
    select person_key, sales_key, 'listed_together' from staging.listed_people where sales_key <> person_key
),
connections as (
    select
        c.owner,
        c.person_key,
        c.address_key is null as is_bare,
        c.owner || '|' || c.match_name || '|' || cast(c.connected_on as varchar) as same_connection,
        c.email,
        s.from_rank,
        s.until_rank
    from staging.connections as c
    join history.connection_spans as s on s.row_id = c.row_id
    where not c.is_hidden
),
claims as (
    select owner, same_connection as claim, 'same_connection' as reason, person_key, from_rank, until_rank
    from connections where same_connection is not null
    union all
    select owner, owner || '|' || email, 'same_email', person_key, from_rank, until_rank
    from connections where email is not null
),
shared as (
    select claim, reason
    from claims
    group by claim, reason
    having count(distinct person_key) > 1
),
claimants as (
    select c.claim, c.reason, c.person_key, c.from_rank, c.until_rank
    from claims as c
    join shared as s on s.claim = c.claim and s.reason = c.reason
),
side_by_side as (
    select distinct a.claim, a.reason
    from claimants as a
    join claimants as b
        on b.claim = a.claim and b.reason = a.reason and b.person_key > a.person_key
        and b.from_rank < a.until_rank and a.from_rank < b.until_rank
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
select key_a, key_b, reason from bridged
union
select first_key, person_key, reason from proved where person_key <> first_key
union
-- an e-mail address in a list joins the one person whose connection row shows it
select l.person_key, c.person_key, 'same_email'
from staging.listed_people as l
join connections as c on c.owner = l.owner and c.email = l.email
left join side_by_side as x on x.claim = c.owner || '|' || c.email and x.reason = 'same_email'
where l.person_key <> c.person_key and x.claim is null
