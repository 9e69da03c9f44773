{#
One row per event in the life of a pull request. What happened twice to one pull request in the same
second is one event; merging is told from closing, which GitHub says of both.
#}
with

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}

),

reviews as (

    select * from {{ ref('stg_github__pull_request_reviews') }}
    where submitted_at is not null and review_state <> 'pending'

),

issue_events as (

    select * from {{ ref('stg_github__issue_events') }}
    where event_type in ('closed', 'reopened')

),

happened as (

    select
        repository_id,
        pr_number,
        'created' as event_type,
        cast(null as {{ dbt.type_string() }}) as reviewer,
        created_at as event_at
    from pull_requests

    union all

    select
        repository_id,
        pr_number,
        'reviewed' as event_type,
        author_login as reviewer,
        submitted_at as event_at
    from reviews

    union all

    select
        repository_id,
        pr_number,
        'merged' as event_type,
        cast(null as {{ dbt.type_string() }}) as reviewer,
        merged_at as event_at
    from pull_requests
    where merged_at is not null

    union all

    select
        repository_id,
        pr_number,
        event_type,
        cast(null as {{ dbt.type_string() }}) as reviewer,
        created_at as event_at
    from issue_events

    union all

    -- Where events of the repository were not read: the last time it was closed.
    select
        repository_id,
        pr_number,
        'closed' as event_type,
        cast(null as {{ dbt.type_string() }}) as reviewer,
        closed_at as event_at
    from pull_requests
    where closed_at is not null and merged_at is null

),

events as (

    select
        repository_id,
        pr_number,
        event_type,
        event_at,
        min(reviewer) as reviewer
    from happened
    group by repository_id, pr_number, event_type, event_at

)

select
    events.repository_id,
    events.event_type,
    events.reviewer,
    events.pr_number,
    events.event_at
from events
inner join pull_requests
    on
        events.repository_id = pull_requests.repository_id
        and events.pr_number = pull_requests.pr_number
where
    not (
        events.event_type = 'closed'
        and pull_requests.merged_at is not null
        and events.event_at >= pull_requests.merged_at
    )
