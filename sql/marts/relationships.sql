-- What is between the owner and each contact: messages and answers, endorsements and recommendations, who invited whom,
-- and a strength from 0 to 100 that is the sum of five parts. The parts say how it comes about; it is a rule of thumb.
--
-- columns:
--   owner                      slug of the member whose exports these are
--   person_id                  names a person; stays the same over rebuilds and further files
--   messages_sent              messages the owner wrote to them
--   messages_received          messages they wrote to the owner
--   first_message_at           time of the first message, UTC
--   last_message_at            time of the last message, UTC
--   last_message_by            owner or contact: who wrote last; NULL without messages
--   unanswered_sent            messages the owner wrote since they last wrote
--   unanswered_received        messages they wrote since the owner last wrote
--   days_since_message         days from the last message to the day of the build: the silence that lasts
--   longest_gap_days           days of the longest silence between two messages
--   answers_received           times they answered the owner
--   answers_sent               times the owner answered them
--   median_hours_to_answer_me  hours they took to answer, the median, whole talks counted together
--   median_hours_to_answer     hours the owner took to answer, the median
--   endorsements_received      skills they endorsed the owner for
--   endorsements_given         skills the owner endorsed them for
--   recommendations_received   recommendations they wrote for the owner
--   recommendations_given      recommendations the owner wrote for them
--   post_reactions             posts of the owner's they liked or commented on, as far as lists name them
--   invited_by                 owner or contact: who sent the invitation, the newest; NULL where no export has it
--   years_connected            whole years since connecting, NULL for who is no connection
--   strength                   0 to 100: the sum of the five parts below
--   volume_points              up to 30 for messages both ways: 5 for each doubling, so 63 messages give all
--   recency_points             up to 25 for the last message: halved with every 180 days that pass
--   reciprocity_points         up to 20 for writing to each other: all where both wrote as much, none where one side did
--   acknowledgement_points     up to 15: 6 a recommendation, 2 an endorsement, 1 a like or comment
--   tenure_points              up to 10 for a connection: 1 for each year connected
with engaged as (
    select owner, coalesce(slug_key, member_key, number_key, sales_key) as key_of_row, match_name
    from staging.contact_lists
    where source = 'post_engagers'
),
gathered as (
    select owner, person_id, kind from marts.acknowledgements where person_id is not null
    union all
    select e.owner, coalesce(k.person_id, n.person_id), 'post_reaction'
    from engaged as e
    left join identity.person_keys as k on k.person_key = e.key_of_row
    left join identity.names as n on e.key_of_row is null and n.owner = e.owner and n.match_name = e.match_name
),
acknowledged as (
    select
        owner,
        person_id,
        count(*) filter (where kind = 'endorsement_received') as endorsements_received,
        count(*) filter (where kind = 'endorsement_given') as endorsements_given,
        count(*) filter (where kind = 'recommendation_received') as recommendations_received,
        count(*) filter (where kind = 'recommendation_given') as recommendations_given,
        count(*) filter (where kind = 'post_reaction') as post_reactions
    from gathered
    where person_id is not null
    group by owner, person_id
),
invited as (
    select
        owner,
        person_id,
        direction,
        row_number() over (partition by owner, person_id order by sent_at desc, direction) as choice
    from marts.invitations
    where person_id is not null
),
facts as (
    select
        c.owner, c.person_id, c.messages_sent, c.messages_received, c.first_message_at, c.last_message_at,
        case when m.unanswered_sent > 0 then 'owner' when m.unanswered_received > 0 then 'contact' end
            as last_message_by,
        coalesce(m.unanswered_sent, 0) as unanswered_sent,
        coalesce(m.unanswered_received, 0) as unanswered_received,
        case
            when c.last_message_at is not null
                then greatest(0, date_diff('day', cast(c.last_message_at as date), cast(b.today as date)))
        end as days_since_message,
        m.longest_gap_days,
        coalesce(m.answers_received, 0) as answers_received,
        coalesce(m.answers_sent, 0) as answers_sent,
        m.median_hours_to_answer_me,
        m.median_hours_to_answer,
        coalesce(a.endorsements_received, 0) as endorsements_received,
        coalesce(a.endorsements_given, 0) as endorsements_given,
        coalesce(a.recommendations_received, 0) as recommendations_received,
        coalesce(a.recommendations_given, 0) as recommendations_given,
        coalesce(a.post_reactions, 0) as post_reactions,
        case i.direction when 'outgoing' then 'owner' when 'incoming' then 'contact' end as invited_by,
        case when c.is_connection then cast(
            year(b.today) - year(c.connected_on) - case
                when month(b.today) * 100 + day(b.today) < month(c.connected_on) * 100 + day(c.connected_on) then 1
                else 0
            end as bigint
        ) end as years_connected
    from segments.contacts as c
    cross join marts.build_info as b
    left join segments.message_rhythm as m on m.owner = c.owner and m.person_id = c.person_id
    left join acknowledged as a on a.owner = c.owner and a.person_id = c.person_id
    left join invited as i on i.owner = c.owner and i.person_id = c.person_id and i.choice = 1
),
points as (
    select
        owner, person_id, messages_sent, messages_received, first_message_at, last_message_at, last_message_by,
        unanswered_sent, unanswered_received, days_since_message, longest_gap_days, answers_received, answers_sent,
        median_hours_to_answer_me, median_hours_to_answer, endorsements_received, endorsements_given,
        recommendations_received, recommendations_given, post_reactions, invited_by, years_connected,
        cast(least(30, round(5.0 * ln(1.0 + messages_sent + messages_received) / ln(2.0))) as bigint) as volume_points,
        case
            when days_since_message is null then 0
            else cast(round(25.0 * pow(0.5, days_since_message / 180.0)) as bigint)
        end as recency_points,
        case
            when messages_sent + messages_received = 0 then 0
            else cast(round(
                40.0 * least(messages_sent, messages_received) / (messages_sent + messages_received)
            ) as bigint)
        end as reciprocity_points,
        least(
            15,
            6 * (recommendations_received + recommendations_given)
            + 2 * (endorsements_received + endorsements_given) + post_reactions
        ) as acknowledgement_points,
        greatest(0, least(10, coalesce(years_connected, 0))) as tenure_points
    from facts
)
select
    owner, person_id, messages_sent, messages_received, first_message_at, last_message_at, last_message_by,
    unanswered_sent, unanswered_received, days_since_message, longest_gap_days, answers_received, answers_sent,
    median_hours_to_answer_me, median_hours_to_answer, endorsements_received, endorsements_given,
    recommendations_received, recommendations_given, post_reactions, invited_by, years_connected,
    volume_points + recency_points + reciprocity_points + acknowledgement_points + tenure_points as strength,
    volume_points, recency_points, reciprocity_points, acknowledgement_points, tenure_points
from points
