-- Every job title that contacts state, with the seniority and the line of work that its words tell (staging.title_rules).
--
-- columns:
--   position          the title as stated
--   seniority         the level, NULL where no word tells it
--   seniority_phrase  the words that told it
--   function          the line of work, NULL where no word tells it
--   function_phrase   the words that told it
with stated as (
    select distinct position from segments.contacts where position is not null
),
folded as (
    select
        position,
        replace(translate(lower(position), 'áàâãäåéèêëíìîïóòôõöøúùûüçñ', 'aaaaaaeeeeiiiioooooouuuucn'), 'ß', 'ss')
            as plain
    from stated
),
titles as (
    select
        position,
        -- "Entwickler:in", "director/a" and "(m/w/d)" are words of their own; "R&D" reads "r d"
        concat(' ', trim(regexp_replace(plain, '[^a-z0-9]+', ' ', 'g')), ' ') as title
    from folded
),
words as (
    select position, title, unnest(string_split(trim(title), ' ')) as word
    from titles
),
distinct_words as (
    select distinct word from words where length(word) > 5
),
endings as (
    select d.word, r.phrase
    from distinct_words as d
    join (select distinct phrase from staging.title_rules where is_ending) as r
        on right(d.word, length(r.phrase)) = r.phrase
),
matches as (
    select w.position, r.kind, r.value, r.precedence, r.phrase
    from words as w
    join staging.title_rules as r on not r.is_ending and r.first_word = w.word
    where contains(w.title, concat(' ', r.phrase, ' '))
    union
    select w.position, r.kind, r.value, r.precedence, w.word
    from words as w
    join endings as e on e.word = w.word
    join staging.title_rules as r on r.is_ending and r.phrase = e.phrase
),
ranked as (
    select
        m.position,
        m.kind,
        m.value,
        m.phrase,
        row_number() over (
            partition by m.position, m.kind order by m.precedence, length(m.phrase) desc, m.phrase, m.value
        ) as choice
    from matches as m
    left join matches as longer
        on longer.position = m.position and longer.kind = m.kind and length(longer.phrase) > length(m.phrase)
        and contains(concat(' ', longer.phrase, ' '), concat(' ', m.phrase, ' '))
    where longer.position is null
),
told as (
    select
        position,
        max(value) filter (where kind = 'seniority') as seniority,
        max(phrase) filter (where kind = 'seniority') as seniority_phrase,
        max(value) filter (where kind = 'function') as function,
        max(phrase) filter (where kind = 'function') as function_phrase
    from ranked
    where choice = 1
    group by position
)
select
    s.position,
    -- a title that names a line of work and no level is that of someone who does it
    case when t.seniority is null and t.function is not null then 'specialist' else t.seniority end as seniority,
    t.seniority_phrase,
    t.function,
    t.function_phrase
from stated as s
left join told as t on t.position = s.position
