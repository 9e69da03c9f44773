{#
One row per cell of the sheets that cannot be read or says what nothing can be made of: tab, row, column, what stands
there, what to type instead, and what becomes of the row. The text of an address is not shown: it may name somebody.
#}
{% set relations = {
    'api_key_mapping': 'mappings', 'people': 'people', 'seats': 'seats',
    'invoices': 'rated_invoices', 'budgets': 'budgets', 'provider_pricing': 'provider_prices',
    'baseline_policies': 'baseline_policies', 'task_retention': 'task_retention'
} %}
{% set cells = [] %}
{% for tab, relation in relations.items() %}
{% for fault in sheet_cell_faults()[tab] %}
{% do cells.append([tab, relation] + fault | list) %}
{% endfor %}
{% endfor %}
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

-- The platforms that a line of the mapping sheet can decide for.
mapped_platforms as (

    select {{ snake_word('match_value') }} as platform
    from {{ ref('platform_rules') }}
    where is_active and evidence = 'key_mapping_platform'

),

fx_rates as (

    select * from {{ ref('fx_rates') }}

),

rated_invoices as (

    select
        invoices.*,
        fx_rates.currency as rated_currency
    from invoices
    left join fx_rates
        on
            coalesce(invoices.currency, 'USD') = fx_rates.currency
            and cast({{ dbt.last_day('invoices.month_start_date', 'month') }} as date)
            >= fx_rates.valid_from
            and cast({{ dbt.last_day('invoices.month_start_date', 'month') }} as date)
            < coalesce(fx_rates.valid_to, cast('9999-12-31' as date))

),

cells as (
    {% for tab, relation, column, shown, condition, fault, wanted, outcome in cells %}
    select
        '{{ tab }}' as tab_name,
        '{{ column }}' as cell_column_name,
        cast({{ shown }} as {{ dbt.type_string() }}) as cell_text,
        '{{ fault }}' as cell_fault,
        '{{ wanted }}' as wanted_text,
        '{{ outcome }}' as row_outcome,
        sheet_row,
        cast(_loaded_at as date) as loaded_date
    from {{ relation }}
    where {{ condition }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

final as (

    select
        {{ finding_columns(
            check_name="'unreadable_sheet_cell'",
            check_scope=dbt.concat([
                sentence([
                    "'tab '", 'tab_name', "' row '", 'sheet_row', "' column '", 'cell_column_name'
                ]),
                "coalesce(" ~ dbt.concat(["': '", 'cell_text']) ~ ", '')"
            ]),
            finding=sentence([
                "'row '", 'sheet_row', "' of the tab '", 'tab_name', "' '", 'row_outcome', "': '",
                "coalesce(" ~ dbt.concat(["'\"'", 'cell_text', "'\"'"]) ~ ", 'the cell')",
                "' in the column '", 'cell_column_name', "' '", 'cell_fault', "'; type '",
                'wanted_text'
            ]),
            observed_value='1',
            check_date='loaded_date'
        ) }},
        tab_name,
        cell_column_name,
        cell_text,
        cell_fault,
        sheet_row
    from cells

)

select * from final
