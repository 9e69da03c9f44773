{#
One row per month and team (`''` for use without one) whose active people over all tools are counted for every reader: five
or more, and no fewer left over of the company, else the smallest teams are not told of.
#}
with

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

team_months as (

    select
        coalesce(lower(team_name), '') as team_key,
        count(distinct person_key) as n_active_people,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from active_person_days
    group by team_key, month_start_date

),

company_months as (

    select
        count(distinct person_key) as n_active_people,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from active_person_days
    group by month_start_date

),

counted as (

    select
        *,
        -- This team and all that are larger; who moved counts in both.
        sum(n_active_people) over (
            partition by month_start_date
            order by n_active_people desc, team_key desc
            rows between unbounded preceding and current row
        ) as n_people_so_far,
        sum(case when n_active_people < {{ fewest_people() }} then 1 else 0 end) over (
            partition by month_start_date
        ) as n_small_teams
    from team_months

)

select
    counted.team_key,
    counted.month_start_date
from counted
inner join company_months
    on counted.month_start_date = company_months.month_start_date
where
    counted.n_active_people >= {{ fewest_people() }}
    and (
        counted.n_small_teams = 0
        or company_months.n_active_people - counted.n_people_so_far >= {{ fewest_people() }}
    )
