{#
One row per developer of whom a pull request was merged in the whole weeks that are loaded: their team, and whether they
stay in the fixed panel: in the directory, and in this one team, from the first of these weeks to the last.

Whoever joins, leaves or changes teams meanwhile would make a team look as if it delivered more or less.
#}
with

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}
    where merged_at is not null and person_id is not null and not is_bot

),

people as (

    select * from {{ ref('int_identity__people') }}

),

-- The first week may have begun before all repositories are loaded, the last is still running.
loaded_days as (

    select
        greatest(
            min({{ utc_date('merged_at') }}),
            coalesce(max(loaded_since_date), min({{ utc_date('merged_at') }}))
        ) as first_date,
        max({{ utc_date('merged_at') }}) as last_date
    from pull_requests

),

whole_weeks as (

    select
        cast(
            {{ dbt.dateadd('day', 7, trunc_date('week', 'first_date')) }} as date
        ) as first_week_date,
        cast(
            {{ dbt.dateadd('day', -7, trunc_date('week', 'last_date')) }} as date
        ) as last_week_date
    from loaded_days
    where first_date is not null

),

authors as (

    select
        pull_requests.person_id,
        whole_weeks.first_week_date,
        whole_weeks.last_week_date
    from pull_requests
    inner join whole_weeks
        on
            {{ trunc_date('week', utc_date('pull_requests.merged_at')) }}
            between whole_weeks.first_week_date and whole_weeks.last_week_date
    group by
        pull_requests.person_id,
        whole_weeks.first_week_date,
        whole_weeks.last_week_date

),

stays as (

    select
        authors.person_id,
        authors.first_week_date,
        authors.last_week_date,
        min(people.team_name) as team_name,
        count(distinct people.team_name) as n_teams,
        count(people.person_id) - count(people.team_name) as n_stays_without_team,
        min(people.valid_from_date) as valid_from_date,
        max(people.valid_to_date) as valid_to_date
    from authors
    left join people
        on
            authors.person_id = people.person_id
            and people.valid_from_date
            <= cast({{ dbt.dateadd('day', 6, 'authors.last_week_date') }} as date)
            and authors.first_week_date < people.valid_to_date
    group by authors.person_id, authors.first_week_date, authors.last_week_date

),

final as (

    select
        person_id as person_key,
        team_name,
        coalesce(
            n_teams = 1
            and n_stays_without_team = 0
            and valid_from_date <= first_week_date
            and cast({{ dbt.dateadd('day', 6, 'last_week_date') }} as date) < valid_to_date,
            false
        ) as is_kept,
        first_week_date,
        last_week_date
    from stays

)

select * from final
