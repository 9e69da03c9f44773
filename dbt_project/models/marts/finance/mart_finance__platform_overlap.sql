{#
One row per month, category, person and platform, of people who cost money on two or more platforms of one category in
that month (`other` is none): what each of them cost and on how many days it was used.
#}
with

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

observed_days as (

    select * from {{ ref('int_usage__observed_days') }}

),

person_spend as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        category,
        coalesce(person_id, person_email) as person_key,
        person_id,
        person_email,
        team_name,
        platform,
        case when cost_component = 'seat' then spend_usd else 0 end as seat_part_usd,
        spend_usd,
        usage_date
    from ledger
    where category <> 'other' and coalesce(person_id, person_email) is not null

),

-- Whoever changes teams within the month counts where they were last.
last_teams as (

    select
        month_start_date,
        person_key,
        team_name,
        row_number() over (
            partition by month_start_date, person_key
            order by usage_date desc, coalesce(team_name, '')
        ) as recency
    from person_spend

),

platforms as (

    select
        month_start_date,
        category,
        person_key,
        platform,
        max(person_id) as person_id,
        min(person_email) as person_email,
        sum(seat_part_usd) as seat_total_usd,
        sum(spend_usd) as platform_usd
    from person_spend
    group by month_start_date, category, person_key, platform
    having sum(spend_usd) > 0

),

counted as (

    select
        *,
        count(*) over (partition by month_start_date, category, person_key) as n_platforms,
        sum(platform_usd) over (partition by month_start_date, category, person_key)
            as category_total_usd
    from platforms

),

active_days as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        platform,
        person_key,
        count(*) as n_days
    from active_person_days
    group by {{ trunc_date('month', 'usage_date') }}, platform, person_key

),

observed_months as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        platform
    from observed_days
    group by {{ trunc_date('month', 'usage_date') }}, platform

),

final as (

    select
        counted.month_start_date,
        counted.person_email,
        last_teams.team_name,
        counted.category,
        counted.platform,
        counted.n_platforms,
        -- No report of the platform in the month: nobody can say on how many days it was used.
        case
            when active_days.n_days is not null then active_days.n_days
            when observed_months.platform is not null and counted.platform <> 'claude_code' then 0
        end as n_platform_active_days,
        cast(counted.platform_usd as {{ numeric_type() }}) as spend_usd,
        cast(counted.seat_total_usd as {{ numeric_type() }}) as seat_cost_usd,
        cast(counted.category_total_usd as {{ numeric_type() }}) as category_spend_usd,
        {{ surrogate_key([
            'counted.month_start_date', 'counted.category', 'counted.person_key', 'counted.platform'
        ]) }} as platform_overlap_id,
        counted.person_id
    from counted
    left join last_teams
        on
            counted.month_start_date = last_teams.month_start_date
            and counted.person_key = last_teams.person_key
            and last_teams.recency = 1
    left join active_days
        on
            counted.month_start_date = active_days.month_start_date
            and counted.platform = active_days.platform
            and counted.person_key = active_days.person_key
    left join observed_months
        on
            counted.month_start_date = observed_months.month_start_date
            and counted.platform = observed_months.platform
    where counted.n_platforms >= 2

)

select * from final
