-- Whom each distinct list of recipients means, by address or by a name that one contact bears.
--
-- columns:
--   owner            slug of the member whose exports these are
--   recipient_urls   the list of addresses, as in the file; empty in files without (until 2021)
--   recipient_names  the list of names, as in the file
--   person_id        one recipient; NULL for 'LinkedIn Member' and a name that no or several contacts bear
--   bare_name        the name as compared, where there is no address; NULL otherwise
select distinct
    r.owner,
    coalesce(r.recipient_urls, '') as recipient_urls,
    coalesce(r.recipient_names, '') as recipient_names,
    coalesce(k.person_id, n.person_id) as person_id,
    case when r.address_key is null then m.match_name end as bare_name
from staging.recipients as r
left join identity.person_keys as k on k.person_key = r.address_key
left join raw.names as m on r.address_key is null and m.name = r.full_name
left join identity.names as n on n.owner = r.owner and n.match_name = m.match_name
