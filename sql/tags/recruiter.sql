-- Finds people for jobs: recruiters, talent and staffing, by title.
select owner, person_id, position as reason
from main.contacts
where regexp_matches(
        lower(position),
        '\b(recruiter|recruiting|recruitment|talent acquisition|talent partner|talent sourcer|sourcer|headhunter|staffing|personalvermittler|recrutador|recrutadora|recruteur|recruteuse)\b'
    )
