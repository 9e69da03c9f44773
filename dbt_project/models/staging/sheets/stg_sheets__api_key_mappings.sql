{# One row per line of the api_key_mapping tab: who owns an API key, from when to when. #}
{# A date that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'api_key_mapping') }}

),

renamed as (

    select
        sheet_row,
        {{ identity_text('api_key_id') }} as api_key_id,
        {{ identity_text('api_key_name') }} as api_key_name,
        {{ normalise_email('owner_email') }} as owner_email,
        nullif(lower(trim(platform)), '') as platform,
        {{ blank_to_null('purpose') }} as key_purpose,
        {{ blank_to_null('valid_from') }} as valid_from_text,
        {{ blank_to_null('valid_to') }} as valid_to_text,
        {{ try_cast("nullif(trim(valid_from), '')", 'date') }} as valid_from_date,
        {{ try_cast("nullif(trim(valid_to), '')", 'date') }} as valid_to_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
