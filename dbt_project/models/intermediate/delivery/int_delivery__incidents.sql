{#
One row per incident, from all that was recorded of it: when it was noticed first and was over last,
and the newest cause that anybody named. One that is not over has no end.
#}
with

events as (

    select * from {{ ref('stg_dev_events__incidents') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by incident_id order by recorded_at desc, event_id desc
        ) as choice,
        row_number() over (
            partition by incident_id, caused_by_deployment_id is null
            order by recorded_at desc, event_id desc
        ) as choice_of_cause
    from events

)

select
    incident_id,
    max(case when choice = 1 then service end) as service,
    max(case when choice = 1 then environment end) as environment,
    max(case when choice = 1 then deployment_environment end) as deployment_environment,
    max(case when choice_of_cause = 1 then caused_by_deployment_id end)
        as caused_by_deployment_id,
    min(opened_at) as opened_at,
    max(resolved_at) as resolved_at
from ranked
group by incident_id
