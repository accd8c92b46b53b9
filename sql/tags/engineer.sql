-- Builds software, data or machines, by title.
select owner, person_id, position as reason
from main.contacts
where regexp_matches(
        lower(position),
        '\b(engineer|engineering|developer|programmer|software architect|sre|devops|entwickler|entwicklerin|ingenieur|ingenieurin|ingénieur|ingénieure|engenheiro|engenheira|desenvolvedor|desenvolvedora)\b'
    )
    and not regexp_matches(lower(position), '\b(business developer|sales engineer|real estate developer)\b')
