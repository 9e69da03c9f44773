{# One row per line of the budgets tab. #}
{# A cell that cannot be read becomes NULL here and a finding in dq_unreadable_sheet_cells. #}
with

source as (

    select * from {{ source('sheets', 'budgets') }}

),

cells as (

    select
        sheet_row,
        {% for cell in [
            'scope', 'scope_value', 'month', 'amount_usd'
        ] %}
        {{ identity_text(cell) }} as {{ cell }},
        {% endfor %}
        _loaded_at
    from source

),

renamed as (

    select
        sheet_row,
        {{ snake_word('scope') }} as budget_scope,
        scope_value as budget_scope_value,
        month as budget_month_text,
        amount_usd as budget_usd_text,
        {{ strict_decimal('amount_usd') }} as budget_usd,
        {{ strict_month('month') }} as month_start_date,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from cells

)

select * from renamed
