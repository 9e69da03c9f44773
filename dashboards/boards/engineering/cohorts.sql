select
    cohort_month_date,
    n_months_since_first_use,
    retention_share,
    n_active_people,
    n_cohort_people
from marts.mart_adoption__cohorts
where usage_scope_level = 'category' and usage_scope = 'coding_agents'
order by cohort_month_date, n_months_since_first_use
