{# One row per line of the budgets tab. #}
{# A date that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'budgets') }}

),

renamed as (

    select
        sheet_row,
        nullif(lower(trim(scope)), '') as budget_scope,
        {{ blank_to_null('scope_value') }} as budget_scope_value,
        {{ blank_to_null('month') }} as budget_month_text,
        {{ blank_to_null('amount_usd') }} as budget_usd_text,
        {{ try_cast("nullif(trim(amount_usd), '')", numeric_type()) }} as budget_usd,
        {{ try_cast(
            dbt.concat(["substr(trim(month), 1, 7)", "'-01'"]), 'date'
        ) }} as month_start_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
