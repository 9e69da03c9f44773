{#
One row per team: the week in which coding tools were rolled out to it. Told by the first week in which at least half of
the team's developers used one; a team of which that never was is not here.
#}
with

panel_weeks as (

    select * from {{ ref('int_delivery__ai_panel_weeks') }}

),

team_weeks as (

    select
        team_name,
        week_date,
        count(*) as n_developers,
        count(case when is_ai_active then 1 end) as n_ai_active_developers
    from panel_weeks
    group by team_name, week_date

),

final as (

    select
        team_name,
        min(week_date) as rollout_week_date,
        'usage' as rollout_source,
        false as is_random_order
    from team_weeks
    where 2 * n_ai_active_developers >= n_developers
    group by team_name

)

select * from final
