-- Leads a company or a large part of it: chief officers, presidents, partners, directors, vice presidents, heads.
select owner, person_id, position as reason
from main.contacts
where regexp_matches(
        lower(position),
        '\b(c[efotimpr]o|cmo|chro|ciso|chief [a-z ]+ officer|president|managing director|managing partner|general manager|director|svp|evp|vp|vice president|head of|diretor|directeur|directrice|geschäftsführer|geschäftsführerin|vorstand)\b'
    )
    and not regexp_matches(lower(position), '\b(assistant to|office of the|art director|creative director)\b')
