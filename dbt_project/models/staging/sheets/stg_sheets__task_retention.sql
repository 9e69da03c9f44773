{# One row per line of the task_retention tab: how long task rows of an organisation are kept. #}
{# A cell that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'task_retention') }}

),

cells as (

    select
        sheet_row,
        {% for cell in [
            'organization_id', 'retention_days'
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
        retention_days as retention_days_text,
        -- A hundred years are for ever: no date is further away.
        case
            when {{ strict_count('retention_days') }} > 36500 then 36500
            else {{ strict_count('retention_days') }}
        end as n_retention_days,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from cells

)

select * from renamed
