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
        {{ seconds_between('pull_requests.created_at', 'events.event_at') }} as open_seconds
    from events
    inner join pull_requests
        on
            events.repository_id = pull_requests.repository_id
            and events.pr_number = pull_requests.pr_number

)

select
    cast(event_at as date) as event_date,
    repository_name,
    team_name,
    author_login as author,
    reviewer,
    pr_title as title,
    head_ref as branch,
    labels_json as labels,
    event_type,
    pr_number,
    -- Beyond a year something else is measured than a pull request.
    {% for event_type, column in [('merged', 'cycle'), ('reviewed', 'review')] %}
    case
        when event_type = '{{ event_type }}' and open_seconds <= 31536000
            then open_seconds
    end as {{ column }}_time_seconds,
    {% endfor %}
    is_bot,
    event_at,
    repository_id,
    {{ surrogate_key(
        ['repository_id', 'pr_number', 'event_type', 'event_at']
    ) }}
        as pr_event_id
from timed
