{# One row per event of a Gemini activity in Google Workspace; active or not. #}
with

source as (

    select * from {{ source('gemini', 'activity_events') }}

),

renamed as (

    select
        usage_date,
        {{ blank_to_null('unique_qualifier') }} as activity_qualifier,
        event_number,
        {{ blank_to_null('customer_id') }} as customer_id,
        {{ blank_to_null('application_name') }} as application_name,
        {{ blank_to_null('caller_type') }} as caller_type,
        {{ normalise_email('actor_email') }} as user_email,
        {{ blank_to_null('actor_profile_id') }} as google_profile_id,
        {{ blank_to_null('event_type') }} as event_type,
        {{ blank_to_null('event_name') }} as event_name,
        lower({{ blank_to_null('app_name') }}) as app_name,
        {{ blank_to_null('action') }} as action_name,
        {{ blank_to_null('feature_source') }} as feature_source,
        lower({{ blank_to_null('event_category') }}) as event_category,
        {{ utc_timestamp('activity_time') }} as occurred_at,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
