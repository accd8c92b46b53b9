-- Founds or owns a company, by title.
select owner, person_id, position as reason
from main.contacts
where regexp_matches(lower(position), '\b(co-?founder|founder|founding partner|owner|fundador|fundadora|gründer|gründerin|fondateur|fondatrice|inhaber)\b')
    and not regexp_matches(lower(position), '\b(product owner|process owner|founders'' office|founder''s office)\b')
