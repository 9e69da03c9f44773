{# One row per API key, in the shape of the predecessor's dim_api_keys. #}
{{ config(schema='compatibility', materialized='view') }}
with

api_keys as (

    select * from {{ ref('dim_api_keys') }}

),

people as (

    select
        person_email,
        min(person_id) as person_id
    from {{ ref('dim_people') }}
    group by person_email

),

final as (

    select
        api_keys.api_key_id,
        api_keys.api_key_name,
        api_keys.owner_email as user_email,
        people.person_id as user_id,
        {{ legacy_platform_word('api_keys.platform') }} as platform,
        api_keys.workspace_id,
        cast(null as {{ dbt.type_string() }}) as purpose,
        coalesce(api_keys.key_status = 'active', false) as is_active,
        cast(api_keys.created_at as date) as created_date,
        cast(api_keys.expires_at as date) as expires_date,
        cast(null as {{ dbt.type_string() }}) as notes,
        cast(null as date) as updated_date,
        cast(null as {{ dbt.type_timestamp() }}) as updated_timestamp,
        api_keys.creator_email as created_by,
        cast(null as {{ dbt.type_string() }}) as updated_by
    from api_keys
    left join people
        on api_keys.owner_email = people.person_email

)

select * from final
