{#
One row per four ISO weeks and team: whether what its developers did is shown under its name to
every reader, or merged into `other teams`, by those who opened pull requests. Machines are nobody.
An empty team is pull requests without one.
#}
{{ config(materialized='table') }}
with

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}
    where not is_bot

),

users as (

    select distinct
        coalesce(person_id, lower(author_login), 'deleted') as person_key,
        coalesce(team_name, '') as team_text,
        {{ trunc_date('week', 'cast(created_at as date)') }} as week_date,
        {{ four_weeks_date('cast(created_at as date)') }} as period_date
    from pull_requests

),

shown as (

    {{ shown_groups('users', [], 'team_text') }}

)

select
    team_text,
    period_date,
    is_shown as is_team_shown
from shown
