{# One row per line of the api_key_mapping tab: who owns an API key, from when to when. #}
{# A cell that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'api_key_mapping') }}

),

cells as (

    select
        sheet_row,
        {% for cell in [
            'api_key_id', 'api_key_name', 'owner_email', 'platform', 'purpose',
            'valid_from', 'valid_to'
        ] %}
        {{ identity_text(cell) }} as {{ cell }},
        {% endfor %}
        _loaded_at
    from source

),

renamed as (

    select
        sheet_row,
        api_key_id,
        api_key_name,
        {{ strict_email('owner_email') }} as owner_email,
        {{ snake_word('platform') }} as platform,
        purpose as key_purpose,
        valid_from as valid_from_text,
        valid_to as valid_to_text,
        owner_email is not null and {{ strict_email('owner_email') }} is null
            as is_email_unreadable,
        {{ strict_date('valid_from') }} as valid_from_date,
        {{ strict_date('valid_to') }} as valid_to_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from cells

)

select * from renamed
