-- How much of the days that were asked for was read, for the narrowest scope that the question names.
with

days as (
    select
        usage_date,
        budget_scope_value,
        is_read,
        n_sources_read,
        is_seats_tab_read
    from marts.mart_finance__read_days
    where
        budget_scope = $scope
        and ($start_date is null or usage_date >= cast($start_date as date))
        and ($end_date is null or usage_date <= cast($end_date as date))
)

select
    count(*) as n_days_loaded,
    count(*) filter (where is_read) as n_days_read,
    count(*) filter (where is_read or n_sources_read > 0) as n_days_partly_read,
    coalesce(bool_and(is_seats_tab_read), false) as is_seats_tab_read,
    min(usage_date) as first_date,
    max(usage_date) as last_date
from days
where budget_scope_value = $value
