select
    person_name,
    person_email,
    sum(spend_usd) as spend_usd,
    sum(seat_cost_usd) as seat_cost_usd,
    sum(usage_cost_usd) as usage_cost_usd
from marts.mart_executive__person_monthly
where true [[and {{dates}}]]
group by person_name, person_email
order by spend_usd desc, person_email
