{#
One row per line of the sheets that says what an earlier line of its tab says, however it is written: it counts once.
Further, lines that are alike and still count each, because they may well be two: invoices without a number, and seats of
one person for one tool on the same days.
#}
with

seats as (

    select
        *,
        coalesce(valid_from_date, cast('1900-01-01' as date)) as begins_date,
        coalesce(valid_to_date, cast('9999-12-31' as date)) as ends_date
    from {{ ref('int_spend__seats') }}

),

invoices as (

    select * from {{ ref('int_spend__invoices') }}
    where vendor is not null and month_start_date is not null

),

mappings as (

    select * from {{ ref('stg_sheets__api_key_mappings') }}
    where
        coalesce(api_key_id, api_key_name) is not null
        and not is_email_unreadable
        and (valid_from_text is null or valid_from_date is not null)
        and (valid_to_text is null or valid_to_date is not null)

),

people as (

    select * from {{ ref('stg_sheets__people') }}
    where
        person_email is not null
        and (valid_from_text is null or valid_from_date is not null)
        and (valid_to_text is null or valid_to_date is not null)

),

budgets as (

    select * from {{ ref('int_finance__budget_lines') }}

),

provider_prices as (

    select * from {{ ref('stg_sheets__provider_pricing') }}
    where
        provider is not null
        and price_usd_per_million_units is not null
        and valid_from_date is not null
        and (valid_to_text is null or valid_to_date is not null)

),

baseline_policies as (

    select * from {{ ref('stg_sheets__baseline_policies') }}
    where
        organization_id is not null
        and baseline_provider is not null
        and valid_from_date is not null
        and (valid_to_text is null or valid_to_date is not null)

),

task_retention as (

    select * from {{ ref('stg_sheets__task_retention') }}
    where organization_id is not null and n_retention_days is not null

),

compared as (

    {% for tab, relation, columns in [
        ('invoices', 'invoices', [
            'vendor', 'month_start_date', 'lower(invoice_id)', 'invoice_amount',
            'case when invoice_amount is null then invoice_amount_text end',
            "coalesce(currency, 'USD')"
        ]),
        ('api_key_mapping', 'mappings', [
            'api_key_id', 'api_key_name', 'owner_email', 'platform', 'valid_from_date',
            'valid_to_date'
        ]),
        ('people', 'people', [
            'person_email', 'lower(aliases_text)', 'lower(person_name)', 'lower(department_name)',
            'lower(team_name)', 'manager_email', 'lower(cost_centre)', 'valid_from_date',
            'valid_to_date'
        ]),
        ('budgets', 'budgets', [
            'budget_scope', 'scope_key', 'month_start_date', 'budget_usd'
        ]),
        ('provider_pricing', 'provider_prices', [
            'provider', 'model', 'task_type', 'pricing_model', 'token_class', 'service_tier',
            'price_usd_per_million_units', 'valid_from_date', 'valid_to_date'
        ]),
        ('baseline_policies', 'baseline_policies', [
            'organization_id', 'baseline_provider', 'baseline_model', 'valid_from_date',
            'valid_to_date'
        ]),
        ('task_retention', 'task_retention', ['organization_id', 'n_retention_days'])
    ] %}
    select
        '{{ tab }}' as tab_name,
        sheet_row,
        min(sheet_row) over (
            partition by {{ columns | join(', ') }}
        ) as first_sheet_row,
        {{ "invoice_id is not null" if tab == 'invoices' else 'true' }} as is_counted_once,
        cast(_loaded_at as date) as loaded_date
    from {{ relation }}
    union all
    {% endfor %}
    select
        'seats' as tab_name,
        sheet_row,
        coalesce(repeated_sheet_row, sheet_row) as first_sheet_row,
        true as is_counted_once,
        cast(_loaded_at as date) as loaded_date
    from seats

),

overlapping_seats as (

    select
        'seats' as tab_name,
        later_rows.sheet_row,
        min(seats.sheet_row) as first_sheet_row,
        false as is_counted_once,
        cast(later_rows._loaded_at as date) as loaded_date
    from seats
    inner join seats as later_rows
        on
            seats.platform = later_rows.platform
            and seats.seat_email = later_rows.seat_email
            and seats.sheet_row < later_rows.sheet_row
            and seats.begins_date < later_rows.ends_date
            and seats.ends_date > later_rows.begins_date
    where
        seats.repeated_sheet_row is null
        and later_rows.repeated_sheet_row is null
        -- A credit beside the seat that it is for.
        and seats.monthly_usd >= 0
        and later_rows.monthly_usd >= 0
    group by later_rows.sheet_row, later_rows._loaded_at

),

found as (

    select * from compared
    where first_sheet_row < sheet_row

    union all

    select * from overlapping_seats

),

final as (

    select
        {{ finding_columns(
            check_name="'repeated_sheet_row'",
            check_scope=sentence([
                "'tab '", 'tab_name', "' rows '", 'first_sheet_row', "' and '", 'sheet_row'
            ]),
            finding=sentence([
                "'row '", 'sheet_row', "' of the tab '", 'tab_name', "' '",
                "case when is_counted_once then 'says what row ' else 'is for the same as row ' end",
                'first_sheet_row', "' '",
                "case when is_counted_once then 'says and counts once' else 'and both count' end"
            ]),
            observed_value='1',
            check_date='loaded_date'
        ) }},
        tab_name,
        first_sheet_row,
        sheet_row
    from found

)

select * from final
