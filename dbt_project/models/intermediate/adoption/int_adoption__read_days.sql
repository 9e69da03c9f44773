{#
One row per usage scope (platform, category or all) and UTC day since the use of it was first read: whether everything was
read that day that says who used it, and on how many of the 7 and 28 days that end with it. On any other day nobody is
known to have been idle.
#}
with

observed_days as (

    select * from {{ ref('int_usage__observed_days') }}

),

platforms as (

    select * from {{ ref('platforms') }}

),

usage_levels as (

    select 'platform' as usage_scope_level
    union all
    select 'category' as usage_scope_level
    union all
    select 'all' as usage_scope_level

),

day_range as (

    select
        min(usage_date) as first_date,
        max(usage_date) as last_date
    from observed_days

),

days as (

    {{ date_rows(
        "(select first_date from day_range)", "(select last_date from day_range)"
    ) }}

),

read_platforms as (

    select
        platform,
        min(usage_date) as first_read_date
    from observed_days
    group by platform

),

scope_platforms as (

    select
        usage_levels.usage_scope_level,
        case usage_levels.usage_scope_level
            when 'platform' then read_platforms.platform
            when 'category' then platforms.category
            else 'all'
        end as usage_scope,
        read_platforms.platform,
        read_platforms.first_read_date
    from read_platforms
    inner join platforms
        on read_platforms.platform = platforms.platform
    cross join usage_levels

),

counted as (

    select
        scope_platforms.usage_scope_level,
        scope_platforms.usage_scope,
        count(scope_platforms.platform) = count(observed_days.platform) as is_use_read,
        days.date_day as usage_date
    from scope_platforms
    inner join days
        on scope_platforms.first_read_date <= days.date_day
    left join observed_days
        on
            scope_platforms.platform = observed_days.platform
            and days.date_day = observed_days.usage_date
    group by scope_platforms.usage_scope_level, scope_platforms.usage_scope, days.date_day

)

select
    usage_scope_level,
    usage_scope,
    is_use_read,
    {% for n_days in [7, 28] %}
    cast(
        sum(case when is_use_read then 1 else 0 end) over (
            partition by usage_scope_level, usage_scope
            order by usage_date
            rows between {{ n_days - 1 }} preceding and current row
        ) as {{ dbt.type_bigint() }}
    ) as n_read_days_{{ n_days }}d,
    {% endfor %}
    usage_date
from counted
