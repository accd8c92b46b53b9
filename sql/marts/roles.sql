-- What each contact does: seniority and line of work as the words of the title tell them, in English, German, French,
-- Spanish, Portuguese, Italian and Dutch, and the company under one name however it is spelled. All of it inferred.
--
-- columns:
--   owner             slug of the member whose exports these are
--   person_id         names a person; stays the same over rebuilds and further files
--   position          the title, as contacts has it
--   seniority         founder_or_owner, executive, partner, vice_president, director, manager, senior, specialist (a line of
--                     work without a level), junior, training or not_working; NULL where the title tells nothing
--   seniority_phrase  the words of the title that told the level, NULL for a specialist by line of work alone
--   function          the line of work: engineering, sales, finance, …; NULL where the title tells none
--   function_phrase   the words of the title that told it
--   company           the company, as contacts has it
--   company_key       the company as compared: caseless, without legal form; NULL for the self-employed and for none
--   company_name      the spelling that most of the owner's contacts use for this company
with keyed as (
    select
        c.owner,
        c.person_id,
        c.position,
        c.company,
        case
            when k.canonical_company in ('n a', 'na', 'none', 'self employed', 'freelance', 'freelancer', 'independent')
                then null
            else coalesce(k.canonical_company, lower(c.company))
        end as company_key
    from segments.contacts as c
    left join raw.companies as k on k.company = c.company
),
spelled as (
    select
        owner,
        company_key,
        company,
        row_number() over (partition by owner, company_key order by count(*) desc, company) as choice
    from keyed
    where company_key is not null
    group by owner, company_key, company
)
select
    k.owner, k.person_id, k.position, t.seniority, t.seniority_phrase, t.function, t.function_phrase, k.company,
    k.company_key, s.company as company_name
from keyed as k
left join segments.titles as t on t.position = k.position
left join spelled as s on s.owner = k.owner and s.company_key = k.company_key and s.choice = 1
