-- How messages with each contact went to and fro: who waits for an answer, how long answers took, the longest silence.
-- One pass over the messages in their order; it reads no text.
--
-- columns:
--   owner                      slug of the member whose exports these are
--   person_id                  the person
--   unanswered_sent            messages the owner wrote since the person last wrote; 0 where the person wrote last
--   unanswered_received        messages the person wrote since the owner last wrote; 0 where the owner wrote last
--   longest_gap_days           days of the longest silence between two messages, NULL with fewer than two
--   answers_received           times the person answered the owner
--   answers_sent               times the owner answered the person
--   median_hours_to_answer_me  hours the person took to answer, the median
--   median_hours_to_answer     hours the owner took to answer, the median
with placed as (
    select
        owner,
        person_id,
        direction,
        sent_at,
        row_number() over talk as place,
        lag(direction) over talk as direction_before,
        lag(sent_at) over talk as sent_before
    from segments.messages
    where person_id is not null
    window talk as (partition by owner, person_id order by sent_at, direction)
)
select
    owner,
    person_id,
    max(place) - coalesce(max(place) filter (where direction = 'received'), 0) as unanswered_sent,
    max(place) - coalesce(max(place) filter (where direction = 'sent'), 0) as unanswered_received,
    max(date_diff('day', cast(sent_before as date), cast(sent_at as date))) as longest_gap_days,
    count(*) filter (where direction = 'received' and direction_before = 'sent') as answers_received,
    count(*) filter (where direction = 'sent' and direction_before = 'received') as answers_sent,
    median((epoch(sent_at) - epoch(sent_before)) / 3600.0) filter (
        where direction = 'received' and direction_before = 'sent'
    ) as median_hours_to_answer_me,
    median((epoch(sent_at) - epoch(sent_before)) / 3600.0) filter (
        where direction = 'sent' and direction_before = 'received'
    ) as median_hours_to_answer
from placed
group by owner, person_id
