{#
One row at most: users of a coding tool beside non-users since the first roll-out, developer-week by developer-week.

What everybody does first, and what says little: the able take the tools up, and the weeks of one developer are counted as
if they were many developers. It stands beside the comparison of teams to show how far off it is.
#}
with

panel_weeks as (

    select * from {{ ref('int_delivery__ai_panel_weeks') }}

),

rollouts as (

    select * from {{ ref('int_delivery__ai_rollouts') }}

),

first_rollouts as (

    select min(rollout_week_date) as first_rollout_week_date
    from rollouts

),

since_then as (

    select
        panel_weeks.person_key,
        panel_weeks.is_ai_active,
        cast(panel_weeks.n_merged_pull_requests as {{ double_type() }}) as merged
    from panel_weeks
    inner join first_rollouts
        on panel_weeks.week_date >= first_rollouts.first_rollout_week_date

),

halves as (

    select
        is_ai_active,
        count(distinct person_key) as n_people,
        cast(count(*) as {{ double_type() }}) as n_weeks,
        avg(merged) as mean_merged,
        avg(merged * merged) - avg(merged) * avg(merged) as variance
    from since_then
    group by is_ai_active

),

large_groups as (

    select * from halves
    where n_people >= {{ fewest_people() }} and mean_merged > 0

),

final as (

    select
        tool_users.n_people as n_users,
        other_people.n_people as n_others,
        ln(tool_users.mean_merged / other_people.mean_merged) as log_difference,
        2.326348 * sqrt(
            tool_users.variance
            / (tool_users.n_weeks * tool_users.mean_merged * tool_users.mean_merged)
            + other_people.variance
            / (other_people.n_weeks * other_people.mean_merged * other_people.mean_merged)
        ) as log_half_width
    from large_groups as tool_users
    inner join large_groups as other_people
        on tool_users.is_ai_active and not other_people.is_ai_active

)

select * from final
