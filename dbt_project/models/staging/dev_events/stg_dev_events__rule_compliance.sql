{# One row per look at a rule that a CI job recorded. #}
with

source as (

    select * from {{ source('dev_events', 'rule_compliance') }}

),

renamed as (

    select
        event_id,
        {{ blank_to_null('repository_name') }} as repository_name,
        environment,
        rule_name,
        rule_category,
        compliance_status,
        context_type,
        {{ blank_to_null('context_id') }} as context_id,
        {{ blank_to_null('branch') }} as branch,
        documentation_first as is_documentation_first,
        {{ utc_timestamp('occurred_at') }} as occurred_at,
        {{ utc_timestamp('recorded_at') }} as recorded_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
