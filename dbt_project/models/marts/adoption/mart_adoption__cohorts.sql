{#
One row per usage scope (platform, category or all), month of first use and months since: how many of those who began
in that month were active in the later one. Months in which one to four people began belong to the cohort before them, or,
at the beginning, to the first that is large enough.
#}
{#- Nobody seen in a month that nobody read is unknown, not none. -#}
{%- set n_active_people =
    'coalesce(stayed.n_active_people, case when read_months.n_read_days > 0 then 0 end)' %}
{%- set n_told_people = unless_few_people(n_active_people) %}
with

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}
    where is_usage_loaded

),

months as (

    select
        max(case when is_provisional then 1 else 0 end) as provisional_flag,
        max({{ days_in_month('usage_date') }}) as n_days_in_month,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from day_versions
    group by month_start_date

),

read_days as (

    select * from {{ ref('int_adoption__read_days') }}

),

history as (

    select min(usage_date) as first_loaded_date
    from day_versions

),

read_months as (

    select
        usage_scope_level,
        usage_scope,
        count(*) as n_read_days,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from read_days
    where is_use_read
    group by usage_scope_level, usage_scope, month_start_date

),

usage_levels as (

    select 'platform' as usage_scope_level
    union all
    select 'category' as usage_scope_level
    union all
    select 'all' as usage_scope_level

),

person_months as (

    select
        usage_levels.usage_scope_level,
        case usage_levels.usage_scope_level
            when 'platform' then active_person_days.platform
            when 'category' then active_person_days.category
            else 'all'
        end as usage_scope,
        active_person_days.person_key,
        {{ trunc_date('month', 'active_person_days.usage_date') }} as month_start_date
    from active_person_days
    cross join usage_levels
    group by
        usage_levels.usage_scope_level,
        usage_scope,
        active_person_days.person_key,
        month_start_date

),

cohort_people as (

    select
        usage_scope_level,
        usage_scope,
        person_key,
        min(month_start_date) as cohort_month_date
    from person_months
    group by usage_scope_level, usage_scope, person_key

),

beginnings as (

    select
        usage_scope_level,
        usage_scope,
        count(*) as n_beginners,
        cohort_month_date as began_month_date
    from cohort_people
    group by usage_scope_level, usage_scope, cohort_month_date

),

numbered_beginnings as (

    select
        *,
        -- What comes before the first large month is joined to it.
        greatest(
            sum(case when n_beginners >= {{ fewest_people() }} then 1 else 0 end) over (
                partition by usage_scope_level, usage_scope
                order by began_month_date
                rows between unbounded preceding and current row
            ),
            1
        ) as cohort_number
    from beginnings

),

dated_beginnings as (

    select
        usage_scope_level,
        usage_scope,
        began_month_date,
        min(began_month_date) over cohort as cohort_month_date,
        max(began_month_date) over cohort as last_cohort_month_date,
        sum(n_beginners) over cohort as n_cohort_people
    from numbered_beginnings
    window cohort as (partition by usage_scope_level, usage_scope, cohort_number)

),

cohorts as (

    select distinct
        usage_scope_level,
        usage_scope,
        cast(n_cohort_people as {{ dbt.type_bigint() }}) as n_cohort_people,
        cohort_month_date,
        last_cohort_month_date
    from dated_beginnings

),

stayed as (

    select
        cohort_people.usage_scope_level,
        cohort_people.usage_scope,
        count(*) as n_active_people,
        dated_beginnings.cohort_month_date,
        person_months.month_start_date
    from cohort_people
    inner join dated_beginnings
        on
            cohort_people.usage_scope_level = dated_beginnings.usage_scope_level
            and cohort_people.usage_scope = dated_beginnings.usage_scope
            and cohort_people.cohort_month_date = dated_beginnings.began_month_date
    inner join person_months
        on
            cohort_people.usage_scope_level = person_months.usage_scope_level
            and cohort_people.usage_scope = person_months.usage_scope
            and cohort_people.person_key = person_months.person_key
    group by
        cohort_people.usage_scope_level,
        cohort_people.usage_scope,
        dated_beginnings.cohort_month_date,
        person_months.month_start_date

),

final as (

    select
        cohorts.cohort_month_date,
        cohorts.last_cohort_month_date,
        months.month_start_date,
        cohorts.usage_scope_level,
        cohorts.usage_scope,
        cast(
            {{ dbt.datediff('cohorts.cohort_month_date', 'months.month_start_date', 'month') }}
            as {{ dbt.type_bigint() }}
        ) as n_months_since_first_use,
        {{ unless_few_people('cohorts.n_cohort_people') }} as n_cohort_people,
        {{ n_told_people }} as n_active_people,
        {{ share_of(n_told_people, unless_few_people('cohorts.n_cohort_people')) }}
            as retention_share,
        -- Whoever is first seen in the first month that is loaded may have begun long before.
        cohorts.cohort_month_date <= history.first_loaded_date as is_first_loaded_month,
        coalesce(read_months.n_read_days, 0) = months.n_days_in_month as is_complete_month,
        months.provisional_flag = 1 as is_provisional,
        {{ surrogate_key([
            'cohorts.usage_scope_level', 'cohorts.usage_scope', 'cohorts.cohort_month_date',
            'months.month_start_date'
        ]) }} as cohort_id
    from cohorts
    cross join history
    inner join months
        on cohorts.cohort_month_date <= months.month_start_date
    left join read_months
        on
            cohorts.usage_scope_level = read_months.usage_scope_level
            and cohorts.usage_scope = read_months.usage_scope
            and months.month_start_date = read_months.month_start_date
    left join stayed
        on
            cohorts.usage_scope_level = stayed.usage_scope_level
            and cohorts.usage_scope = stayed.usage_scope
            and cohorts.cohort_month_date = stayed.cohort_month_date
            and months.month_start_date = stayed.month_start_date

)

select * from final
