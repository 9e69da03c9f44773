{# One row per line of the baseline_policies tab: what an organisation would use without routing. #}
{# A cell that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'baseline_policies') }}

),

cells as (

    select
        sheet_row,
        {% for cell in [
            'organization_id', 'provider', 'model', 'approved_by', 'rationale',
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
        organization_id,
        provider as baseline_provider,
        model as baseline_model,
        approved_by,
        rationale as policy_rationale,
        valid_from as valid_from_text,
        valid_to as valid_to_text,
        {{ strict_date('valid_from') }} as valid_from_date,
        {{ strict_date('valid_to') }} as valid_to_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from cells

)

select * from renamed
