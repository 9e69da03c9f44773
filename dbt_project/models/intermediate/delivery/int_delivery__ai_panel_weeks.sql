{#
One row per developer of the fixed panel and whole week: pull requests merged, and whether a coding tool was used. Weeks
without either are rows too.
#}
with

developers as (

    select * from {{ ref('int_delivery__ai_developers') }}
    where is_kept

),

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}
    where merged_at is not null and not is_bot

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}
    where platform in ('cursor', 'claude_code')

),

weeks as (

    select {{ trunc_date('week', utc_date('merged_at')) }} as week_date
    from pull_requests
    group by week_date

),

merged as (

    select
        person_id,
        {{ trunc_date('week', utc_date('merged_at')) }} as week_date,
        count(*) as n_merged_pull_requests,
        count(case when cycle_time_seconds > 0 then 1 end) as n_timed_pull_requests,
        sum(
            case
                when cycle_time_seconds > 0
                    then ln(cast(cycle_time_seconds as {{ double_type() }}) / 3600)
            end
        ) as log_cycle_time
    from pull_requests
    group by person_id, week_date

),

active as (

    select
        person_key,
        {{ trunc_date('week', 'usage_date') }} as week_date
    from active_person_days
    group by person_key, week_date

),

final as (

    select
        developers.person_key,
        developers.team_name,
        weeks.week_date,
        coalesce(merged.n_merged_pull_requests, 0) as n_merged_pull_requests,
        coalesce(merged.n_timed_pull_requests, 0) as n_timed_pull_requests,
        coalesce(merged.log_cycle_time, 0) as log_cycle_time,
        active.person_key is not null as is_ai_active
    from developers
    inner join weeks
        on weeks.week_date between developers.first_week_date and developers.last_week_date
    left join merged
        on
            developers.person_key = merged.person_id
            and weeks.week_date = merged.week_date
    left join active
        on
            developers.person_key = active.person_key
            and weeks.week_date = active.week_date

)

select * from final
