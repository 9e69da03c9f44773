select max(person_email) as person_email
from marts.mart_people
