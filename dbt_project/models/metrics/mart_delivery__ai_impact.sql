{#
One row per metric of delivery: how much more (or less) teams deliver after coding tools were rolled out to them, compared
in the same weeks with teams that had not begun, and what may be said of it.
#}
{% set smallest_effect = '0.10' %}
{% set least_chance = '0.02' %}
with

team_weeks as (

    select * from {{ ref('int_delivery__ai_team_weeks') }}

),

intervals as (

    select * from {{ ref('int_delivery__ai_intervals') }}

),

pretrends as (

    select * from {{ ref('int_delivery__ai_pretrends') }}

),

ai_users as (

    select * from {{ ref('int_delivery__ai_users') }}

),

developers as (

    select * from {{ ref('int_delivery__ai_developers') }}

),

rollouts as (

    select * from {{ ref('int_delivery__ai_rollouts') }}

),

metrics as (

    select 'merged_pull_requests_per_developer_week' as metric_name

    union all

    select 'pull_request_cycle_hours' as metric_name

),

panels as (

    select
        metric_name,
        count(distinct team_name) as n_teams,
        sum(n_outcome_pull_requests) as n_outcome_pull_requests,
        count(*) as n_team_weeks,
        min(week_date) as first_week_date,
        max(week_date) as last_week_date,
        min(rollout_week_number) - min(week_number) as n_baseline_weeks
    from team_weeks
    group by metric_name

),

team_sizes as (

    select
        metric_name,
        team_name,
        max(n_developers) as n_developers
    from team_weeks
    group by metric_name, team_name

),

sizes as (

    select
        metric_name,
        sum(n_developers) as n_developers
    from team_sizes
    group by metric_name

),

kept as (

    select count(*) as n_all_developers
    from developers
    having count(*) > 0

),

sources as (

    select
        max(case when rollouts.rollout_source = 'usage' then 1 else 0 end) as some_from_usage,
        min(case when rollouts.is_random_order then 1 else 0 end) as all_random
    from rollouts
    inner join team_sizes
        on rollouts.team_name = team_sizes.team_name

),

effects as (

    select * from intervals
    where analysis = 'effect'

),

placebos as (

    select * from intervals
    where analysis = 'placebo'

),

results as (

    select
        metrics.metric_name,
        panels.n_outcome_pull_requests,
        panels.first_week_date,
        panels.last_week_date,
        panels.n_baseline_weeks,
        coalesce(panels.n_teams, 0) as n_teams,
        coalesce(panels.n_team_weeks, 0) as n_team_weeks,
        coalesce(sizes.n_developers, 0) as n_developers,
        kept.n_all_developers,
        effects.n_comparisons,
        effects.p_share as effect_p_share,
        pretrends.p_share as pretrend_p_share,
        ai_users.n_users as n_naive_users,
        ai_users.n_others as n_naive_others,
        case sources.some_from_usage when 1 then 'usage' when 0 then 'sheet' end as rollout_source,
        coalesce(sources.all_random = 1, false) as is_random_order,
        exp(effects.log_estimate) - 1 as effect,
        exp(effects.log_low) - 1 as effect_low,
        exp(effects.log_high) - 1 as effect_high,
        exp(placebos.log_estimate) - 1 as placebo,
        exp(placebos.log_low) - 1 as placebo_low,
        exp(placebos.log_high) - 1 as placebo_high,
        exp(ai_users.log_difference) - 1 as naive,
        exp(ai_users.log_difference - ai_users.log_half_width) - 1 as naive_low,
        exp(ai_users.log_difference + ai_users.log_half_width) - 1 as naive_high
    from metrics
    cross join kept
    cross join sources
    left join panels
        on metrics.metric_name = panels.metric_name
    left join sizes
        on metrics.metric_name = sizes.metric_name
    left join effects
        on metrics.metric_name = effects.metric_name
    left join placebos
        on metrics.metric_name = placebos.metric_name
    left join pretrends
        on metrics.metric_name = pretrends.metric_name
    left join ai_users
        on metrics.metric_name = 'merged_pull_requests_per_developer_week'

),

judged as (

    select
        *,
        case
            when n_teams = 0 then 'no_team_to_compare'
            when n_outcome_pull_requests = 0 then 'nothing_delivered'
            when effect is null then 'nobody_to_compare_with'
            when effect_low is null or effect_high is null then 'too_few_teams'
            when placebo_low is null or placebo_high is null or pretrend_p_share is null
                then 'not_checkable'
            when placebo_low > 0 or placebo_high < 0 then 'placebo_found_something'
            when pretrend_p_share <= {{ least_chance }} then 'trends_differed_before'
            when effect_low > 0 or effect_high < 0 then 'interval_excludes_zero'
            when effect_low > -{{ smallest_effect }} and effect_high < {{ smallest_effect }}
                then 'interval_within_smallest_effect'
            else 'interval_includes_zero'
        end as verdict_reason
    from results

),

final as (

    select
        metric_name,
        case
            when metric_name = 'merged_pull_requests_per_developer_week' then 'primary'
            else 'exploratory'
        end as metric_role,
        case
            when verdict_reason = 'interval_excludes_zero' then 'effect'
            when verdict_reason = 'interval_within_smallest_effect' then 'no_effect'
            else 'cannot_tell'
        end as verdict,
        verdict_reason,
        {% for column in [
            'effect', 'effect_low', 'effect_high', 'placebo', 'placebo_low', 'placebo_high',
            'naive', 'naive_low', 'naive_high'
        ] %}
        cast(round({{ column }}, 6) as {{ numeric_type() }}) as {{ column }}_ratio,
        {% endfor %}
        {{ to_numeric("'" ~ smallest_effect ~ "'") }} as smallest_effect_ratio,
        {{ to_numeric("'0.98'") }} as interval_share,
        effect_p_share,
        pretrend_p_share,
        case
            when naive is not null
                then
                    'Not an effect: those who use the tools are not like those who do not, and the '
                    || 'weeks of one developer are counted as if they were many developers.'
        end as naive_warning,
        cast(n_teams as {{ dbt.type_bigint() }}) as n_teams,
        cast(n_developers as {{ dbt.type_bigint() }}) as n_developers,
        cast(n_team_weeks as {{ dbt.type_bigint() }}) as n_team_weeks,
        cast(n_outcome_pull_requests as {{ dbt.type_bigint() }}) as n_outcome_pull_requests,
        cast(coalesce(n_comparisons, 0) as {{ dbt.type_bigint() }}) as n_comparisons,
        cast(n_baseline_weeks as {{ dbt.type_bigint() }}) as n_baseline_weeks,
        cast(n_naive_users as {{ dbt.type_bigint() }}) as n_naive_users,
        cast(n_naive_others as {{ dbt.type_bigint() }}) as n_naive_others,
        {{ share_of('n_developers', 'n_all_developers') }} as panel_kept_share,
        first_week_date,
        last_week_date,
        rollout_source,
        is_random_order
    from judged

)

select * from final
