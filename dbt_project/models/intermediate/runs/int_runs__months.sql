{#
One row per month with a day that has money or use: how many of its days are loaded. Complete is a month that is over and
has all of them; only then can it be held against an invoice or another month.
#}
with

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

counted as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        count(case when is_loaded then 1 end) as n_days_loaded,
        count(case when is_usage_loaded then 1 end) as n_usage_days,
        max({{ days_in_month('usage_date') }}) as n_days_in_month,
        max(case when is_provisional then 1 else 0 end) = 1 as is_provisional,
        max(usage_date) as last_loaded_date
    from day_versions
    group by month_start_date

),

final as (

    select
        month_start_date,
        n_days_loaded,
        n_usage_days,
        n_days_in_month,
        last_loaded_date,
        is_provisional,
        n_days_loaded = n_days_in_month
        and cast({{ dbt.last_day('month_start_date', 'month') }} as date) < {{ as_of_date() }}
            as is_complete_month
    from counted

)

select * from final
