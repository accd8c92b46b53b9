-- Puts money into companies: venture capital, private equity, angels, by title or company.
select owner, person_id, concat_ws(', ', position, company) as reason
from main.contacts
where regexp_matches(
        lower(concat_ws(', ', position, company)),
        '\b(investor|angel investor|venture capital|venture partner|private equity|ventures|limited partner)\b'
    )
