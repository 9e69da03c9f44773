{#
One row per organisation and month since it began: the annual savings that its closed months up to then let expect, twelve
times their mean. Of at least three closed months whose savings are known, at most the last twelve closed ones, else none.

A month is closed when it has ended and tasks that began later are there, whoever they were for: files come a day or
more behind. The month in which an organisation began counts if it began on the first weekday at the latest, because a part of a
month is none. A closed month without tasks saved 0; one with tasks whose savings nobody knows is left out.
#}
{%- set most_months = 12 %}
{%- set least_months = 3 %}
with

periods as (

    select * from {{ ref('mart_savings__periods') }}
    where period_type = 'monthly'

),

days as (

    select * from {{ ref('mart_savings__daily') }}

),

dates as (

    select * from {{ ref('dim_dates') }}
    where calendar_date <= {{ as_of_date() }}

),

last_task_day as (

    select max(usage_date) as last_task_date from days

),

months as (

    select
        month_start_date,
        min(case when not is_weekend then calendar_date end) as first_weekday_date,
        cast({{ dbt.last_day('month_start_date', 'month') }} as date) as month_end_date
    from dates
    group by month_start_date

),

organizations as (

    select
        organization_id,
        min(usage_date) as first_task_date
    from days
    group by organization_id

),

organization_months as (

    select
        organizations.organization_id,
        months.month_start_date,
        periods.n_tasks,
        periods.n_compared_tasks,
        periods.gross_savings_usd,
        periods.net_savings_usd,
        months.month_end_date < {{ as_of_date() }}
        and months.month_end_date < last_task_day.last_task_date as is_closed_month,
        -- A month whose weekdays are all to come yet is not closed either.
        coalesce(
            organizations.first_task_date <= months.first_weekday_date, false
        ) as is_whole_month
    from organizations
    cross join months
    cross join last_task_day
    left join periods
        on
            organizations.organization_id = periods.organization_id
            and months.month_start_date = periods.period_start_date
    where months.month_end_date >= organizations.first_task_date

),

closed_months as (

    select
        organization_id,
        month_start_date,
        n_tasks,
        n_compared_tasks,
        case when n_tasks is null then {{ to_numeric("'0'") }} else gross_savings_usd end
            as gross_savings_usd,
        case when n_tasks is null then {{ to_numeric("'0'") }} else net_savings_usd end
            as net_savings_usd,
        n_tasks is null or gross_savings_usd is not null as is_known
    from organization_months
    where is_closed_month and is_whole_month

),

numbered as (

    select
        organization_months.organization_id,
        organization_months.month_start_date,
        organization_months.is_closed_month,
        closed_months.month_start_date as closed_month_start_date,
        closed_months.n_tasks,
        closed_months.n_compared_tasks,
        closed_months.gross_savings_usd,
        closed_months.net_savings_usd,
        closed_months.is_known,
        row_number() over (
            partition by
                organization_months.organization_id, organization_months.month_start_date
            order by closed_months.month_start_date desc
        ) as months_back
    from organization_months
    left join closed_months
        on
            organization_months.organization_id = closed_months.organization_id
            and organization_months.month_start_date >= closed_months.month_start_date

),

summed as (

    select
        organization_id,
        month_start_date,
        is_closed_month,
        count(closed_month_start_date) as n_closed_months,
        count(case when is_known then 1 end) as n_used_months,
        count(case when is_known and n_tasks is null then 1 end) as n_months_without_tasks,
        sum(case when is_known then n_tasks end) as n_tasks,
        sum(case when is_known then n_compared_tasks end) as n_compared_tasks,
        sum(case when is_known then gross_savings_usd end) as gross_savings_usd,
        sum(case when is_known then net_savings_usd end) as net_savings_usd,
        {{ dbt.listagg(
            "case when is_known then substr(cast(closed_month_start_date as "
            ~ dbt.type_string() ~ "), 1, 7) end",
            "' '", "order by closed_month_start_date"
        ) }} as used_months
    from numbered
    where months_back <= {{ most_months }}
    group by organization_id, month_start_date, is_closed_month

),

final as (

    select
        month_start_date,
        organization_id,
        used_months,
        cast(n_closed_months as {{ dbt.type_bigint() }}) as n_closed_months,
        cast(n_used_months as {{ dbt.type_bigint() }}) as n_used_months,
        cast(n_months_without_tasks as {{ dbt.type_bigint() }}) as n_months_without_tasks,
        cast(coalesce(n_tasks, 0) as {{ dbt.type_bigint() }}) as n_tasks,
        cast(coalesce(n_compared_tasks, 0) as {{ dbt.type_bigint() }}) as n_compared_tasks,
        cast(gross_savings_usd as {{ numeric_type() }}) as gross_savings_usd,
        cast(net_savings_usd as {{ numeric_type() }}) as net_savings_usd,
        {%- for kind in ['gross', 'net'] %}
        case
            when n_used_months >= {{ least_months }}
                then {{ proportional_part(kind ~ '_savings_usd', 12, 'n_used_months') }}
        end as projected_annual_{{ kind }}_savings_usd,
        {%- endfor %}
        case
            when n_closed_months < {{ least_months }} then 'too_few_closed_months'
            when n_used_months < {{ least_months }} then 'savings_unknown'
        end as unprojected_reason,
        is_closed_month,
        {{ surrogate_key(['organization_id', 'month_start_date']) }} as savings_projection_id
    from summed

)

select * from final
