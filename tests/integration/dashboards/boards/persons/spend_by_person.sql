select person_email, spend_usd
from marts.mart_people
where true [[and {{team}}]]
order by 1
