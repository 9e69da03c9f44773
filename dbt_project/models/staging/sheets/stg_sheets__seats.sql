{# One row per line of the seats tab: a subscription seat and a period of validity. #}
{# A date that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'seats') }}

),

renamed as (

    select
        sheet_row,
        nullif(lower(trim(vendor)), '') as vendor,
        nullif(lower(trim(platform)), '') as platform,
        {{ blank_to_null('plan') }} as plan_name,
        {{ normalise_email('email') }} as seat_email,
        {{ blank_to_null('monthly_usd') }} as monthly_usd_text,
        {{ blank_to_null('valid_from') }} as valid_from_text,
        {{ blank_to_null('valid_to') }} as valid_to_text,
        {{ try_cast("nullif(trim(monthly_usd), '')", numeric_type()) }} as monthly_usd,
        {{ try_cast("nullif(trim(valid_from), '')", 'date') }} as valid_from_date,
        {{ try_cast("nullif(trim(valid_to), '')", 'date') }} as valid_to_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
