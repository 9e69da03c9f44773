{# One row per line of the task_retention tab: how long task rows of an organisation are kept. #}
{# A number that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'task_retention') }}

),

renamed as (

    select
        sheet_row,
        {{ blank_to_null('organization_id') }} as organization_id,
        {{ blank_to_null('retention_days') }} as retention_days_text,
        {{ try_cast("nullif(trim(retention_days), '')", dbt.type_bigint()) }} as n_retention_days,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
