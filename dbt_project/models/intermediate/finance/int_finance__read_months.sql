{#
One row per budget scope, value and month with a loaded day: on how many days all that the scope's money needs was read, and
why the month is not whole (NULL when it is). Values as in int_finance__read_days.
#}
with

read_days as (

    select * from {{ ref('int_finance__read_days') }}

),

months as (

    select * from {{ ref('int_runs__months') }}

),

ever_read as (

    select
        budget_scope,
        scope_key,
        max(n_sources_read) as most_sources_read
    from read_days
    group by budget_scope, scope_key

),

counted as (

    select
        budget_scope,
        scope_key,
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        count(case when is_read then 1 end) as n_days_read,
        count(case when is_read or n_sources_read > 0 then 1 end) as n_days_partly_read,
        max(n_sources_needed) as n_sources_needed,
        max(case when is_seats_tab_read then 1 else 0 end) = 1 as is_seats_tab_read
    from read_days
    group by budget_scope, scope_key, month_start_date

),

final as (

    select
        counted.budget_scope,
        counted.scope_key,
        counted.month_start_date,
        case
            when counted.n_sources_needed > 0 and ever_read.most_sources_read = 0
                then 'source_never_read'
            when counted.n_days_partly_read = 0 then 'month_not_read'
            when counted.n_days_read < months.n_days_loaded then 'days_not_read'
            when not counted.is_seats_tab_read then 'seats_never_read'
            when not months.is_complete_month then 'month_not_whole'
        end as unread_reason,
        cast(counted.n_days_read as {{ dbt.type_bigint() }}) as n_days_read,
        counted.n_days_read = months.n_days_loaded as is_read_so_far,
        counted.is_seats_tab_read,
        months.is_complete_month
        and counted.is_seats_tab_read
        and counted.n_days_read = months.n_days_in_month as is_complete_month
    from counted
    inner join months
        on counted.month_start_date = months.month_start_date
    inner join ever_read
        on
            counted.budget_scope = ever_read.budget_scope
            and counted.scope_key = ever_read.scope_key

)

select * from final
