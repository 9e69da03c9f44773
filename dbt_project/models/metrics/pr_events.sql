{#
One row per event in the life of a pull request: created, reviewed, merged, closed (without being
merged) or reopened. What happened twice to one pull request in the same second is one event.
#}
with

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}

),

events as (

    select * from {{ ref('int_delivery__pull_request_events') }}

),

shown_teams as (

    select * from {{ ref('int_delivery__shown_teams') }}

),

timed as (

    select
        events.*,
        pull_requests.repository_name,
        pull_requests.author_login,
        pull_requests.team_name,
        pull_requests.pr_title,
        pull_requests.head_ref,
        pull_requests.labels_json,
        pull_requests.is_bot,
        pull_requests.created_at,
        {{ seconds_between('pull_requests.created_at', 'events.event_at') }} as open_seconds
    from events
    inner join pull_requests
        on
            events.repository_id = pull_requests.repository_id
            and events.pr_number = pull_requests.pr_number

)

select
    cast(timed.event_at as date) as event_date,
    timed.repository_name,
    {{ shown_team_name('timed.team_name') }} as team_name,
    timed.author_login as author,
    timed.reviewer,
    timed.pr_title as title,
    timed.head_ref as branch,
    timed.labels_json as labels,
    timed.event_type,
    timed.pr_number,
    -- Beyond a year something else is measured than a pull request.
    {% for event_type, column in [('merged', 'cycle'), ('reviewed', 'review')] %}
    case
        when timed.event_type = '{{ event_type }}' and timed.open_seconds <= 31536000
            then timed.open_seconds
    end as {{ column }}_time_seconds,
    {% endfor %}
    timed.is_bot,
    timed.event_at,
    timed.repository_id,
    {{ surrogate_key(
        ['timed.repository_id', 'timed.pr_number', 'timed.event_type', 'timed.event_at']
    ) }}
        as pr_event_id
from timed
left join shown_teams
    on
        {{ of_shown_team('timed.team_name', 'timed.created_at') }}
