{#
One row per cell of the sheets that could not be read: tab, row, column and what stands there. The
row is not used.
#}
with

mappings as (

    select * from {{ ref('stg_sheets__api_key_mappings') }}

),

people as (

    select * from {{ ref('stg_sheets__people') }}

),

seats as (

    select * from {{ ref('stg_sheets__seats') }}

),

invoices as (

    select * from {{ ref('stg_sheets__invoices') }}

),

budgets as (

    select * from {{ ref('stg_sheets__budgets') }}

),

provider_prices as (

    select * from {{ ref('stg_sheets__provider_pricing') }}

),

baseline_policies as (

    select * from {{ ref('stg_sheets__baseline_policies') }}

),

task_retention as (

    select * from {{ ref('stg_sheets__task_retention') }}

),

cells as (
{% for tab, relation, column, text_column, value_column in [
    ('api_key_mapping', 'mappings', 'valid_from', 'valid_from_text', 'valid_from_date'),
    ('api_key_mapping', 'mappings', 'valid_to', 'valid_to_text', 'valid_to_date'),
    ('people', 'people', 'valid_from', 'valid_from_text', 'valid_from_date'),
    ('people', 'people', 'valid_to', 'valid_to_text', 'valid_to_date'),
    ('seats', 'seats', 'valid_from', 'valid_from_text', 'valid_from_date'),
    ('seats', 'seats', 'valid_to', 'valid_to_text', 'valid_to_date'),
    ('seats', 'seats', 'monthly_usd', 'monthly_usd_text', 'monthly_usd'),
    ('invoices', 'invoices', 'invoice_month', 'invoice_month_text', 'month_start_date'),
    ('invoices', 'invoices', 'amount', 'invoice_amount_text', 'invoice_amount'),
    ('budgets', 'budgets', 'month', 'budget_month_text', 'month_start_date'),
    ('budgets', 'budgets', 'amount_usd', 'budget_usd_text', 'budget_usd'),
    ('provider_pricing', 'provider_prices', 'cost_per_million_usd', 'stated_price', 'price_usd_per_million_units'),
    ('provider_pricing', 'provider_prices', 'effective_date', 'valid_from_text', 'valid_from_date'),
    ('provider_pricing', 'provider_prices', 'end_date', 'valid_to_text', 'valid_to_date'),
    ('baseline_policies', 'baseline_policies', 'valid_from', 'valid_from_text', 'valid_from_date'),
    ('baseline_policies', 'baseline_policies', 'valid_to', 'valid_to_text', 'valid_to_date'),
    ('task_retention', 'task_retention', 'retention_days', 'retention_days_text', 'n_retention_days')
] %}
    select
        '{{ tab }}' as tab_name,
        '{{ column }}' as cell_column_name,
        {{ text_column }} as cell_text,
        sheet_row,
        cast(_loaded_at as date) as loaded_date
    from {{ relation }}
    where {{ text_column }} is not null and {{ value_column }} is null
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

final as (

    select
        {{ finding_columns(
            check_name="'unreadable_sheet_cell'",
            check_scope=sentence([
                "'tab '", 'tab_name', "' row '", 'sheet_row', "' column '", 'cell_column_name',
                "': '", 'cell_text'
            ]),
            finding=sentence([
                "'row '", 'sheet_row', "' of the tab '", 'tab_name', "' is not used: \"'", 'cell_text',
                "'\" in the column '", 'cell_column_name', "' cannot be read'"
            ]),
            observed_value='1',
            check_date='loaded_date'
        ) }},
        tab_name,
        cell_column_name,
        cell_text,
        sheet_row
    from cells

)

select * from final
