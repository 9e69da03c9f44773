{#
One row per service, four ISO weeks and team: whether what its developers brought to production is
shown under its name to every reader, or merged into `other teams`, by those who wrote it. Machines
are nobody. The week that runs is judged with the one before. An empty team is people without one.
#}
{{ config(materialized='table') }}
with

deployed_changes as (

    select
        *,
        cast(deployed_at as date) as deployed_date
    from {{ ref('int_delivery__deployed_changes') }}
    where deployment_environment = 'production'

),

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}
    where author_key is not null

),

users as (

    select distinct
        deployed_changes.repository_id,
        deployed_changes.service,
        coalesce(pull_requests.team_name, '') as team_text,
        pull_requests.author_key as person_key,
        {{ four_weeks_date('deployed_changes.deployed_date') }} as period_date,
        least(
            {{ trunc_date('week', 'deployed_changes.deployed_date') }},
            {{ trunc_date('week', 'cast(' ~ dbt.dateadd('day', -7, as_of_date()) ~ ' as date)') }}
        ) as week_date
    from deployed_changes
    inner join pull_requests
        on
            deployed_changes.repository_id = pull_requests.repository_id
            and deployed_changes.pr_number = pull_requests.pr_number

),

shown as (

    {{ shown_groups('users', ['repository_id', 'service'], 'team_text') }}

)

select
    repository_id,
    service,
    team_text,
    period_date,
    is_shown as is_team_shown
from shown
