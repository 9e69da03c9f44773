select
    min(usage_date) as first_date,
    max(usage_date) as last_date,
    count(distinct usage_date) as n_days,
    min(case when is_provisional then usage_date end) as first_provisional_date,
    count(distinct case when actor_type = 'person' then actor_id end) as n_people
from spend
