{# One row per line of the baseline_policies tab: what an organisation would use without routing. #}
{# A date that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'baseline_policies') }}

),

renamed as (

    select
        sheet_row,
        {{ blank_to_null('organization_id') }} as organization_id,
        {{ blank_to_null('provider') }} as baseline_provider,
        {{ blank_to_null('model') }} as baseline_model,
        {{ blank_to_null('approved_by') }} as approved_by,
        {{ blank_to_null('rationale') }} as policy_rationale,
        {{ blank_to_null('valid_from') }} as valid_from_text,
        {{ blank_to_null('valid_to') }} as valid_to_text,
        {{ try_cast("nullif(trim(valid_from), '')", 'date') }} as valid_from_date,
        {{ try_cast("nullif(trim(valid_to), '')", 'date') }} as valid_to_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
