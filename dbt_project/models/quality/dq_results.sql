{#
One row per check, scope and date: what was seen, what was promised, who looks after it and what
to do.
#}
with

checks as (

    select * from {{ ref('quality_checks') }}

),

owners as (

    select * from {{ ref('dq_spend_without_owner') }}

),

prices as (

    select * from {{ ref('dq_usage_without_price') }}

),

units as (

    select * from {{ ref('dq_bill_unit_prices') }}

),

conflicts as (

    select * from {{ ref('dq_mapping_conflicts') }}

),

cells as (

    select * from {{ ref('dq_unreadable_sheet_cells') }}

),

quarantined as (

    select * from {{ ref('dq_quarantined_rows') }}

),

findings as (

    select
        'attributed_records' as check_name,
        platform as check_scope,
        attributed_records_share as observed_value,
        check_date
    from owners

    union all

    select
        'attributed_usd' as check_name,
        platform as check_scope,
        attributed_usd_share as observed_value,
        check_date
    from owners
    where attributed_usd_share is not null

    union all

    select
        'unpriced_usage' as check_name,
        {{ dbt.concat([
            "coalesce(model, 'no model')", "' '", 'cost_component', "' '", 'service_tier'
        ]) }} as check_scope,
        {{ to_numeric('n_unpriced_units') }} as observed_value,
        check_date
    from prices

    union all

    select
        'bill_unit_price' as check_name,
        {{ dbt.concat([
            'workspace_key', "' '", "coalesce(model, 'no model')", "' '", 'cost_component', "' '",
            'line_key'
        ]) }} as check_scope,
        line_cost_usd as observed_value,
        check_date
    from units

    union all

    select
        'mapping_conflict' as check_name,
        {{ dbt.concat([
            'actor_id', "': '", 'first_owner_email', "' or '", 'last_owner_email'
        ]) }} as check_scope,
        {{ to_numeric('n_owners') }} as observed_value,
        check_date
    from conflicts

    union all

    select
        'unreadable_sheet_cell' as check_name,
        {{ dbt.concat([
            "'tab '", 'tab_name', "' row '", "cast(sheet_row as " ~ dbt.type_string() ~ ")",
            "' column '", 'cell_column_name', "': '", 'cell_text'
        ]) }} as check_scope,
        {{ to_numeric('1') }} as observed_value,
        check_date
    from cells

    union all

    select
        'quarantined_rows' as check_name,
        {{ dbt.concat([
            'source_name', "'.'", 'resource_name', "' '", "coalesce(field_name, '')", "': '",
            "coalesce(quarantine_reason, '')"
        ]) }} as check_scope,
        {{ to_numeric('n_rows') }} as observed_value,
        check_date
    from quarantined

),

-- A check without a finding keeps a row of its own, so that a check that lost its rows cannot look
-- like one that passes.
index_rows as (

    select
        checks.check_name,
        'all' as check_scope,
        {{ to_numeric("'0'") }} as observed_value,
        {{ as_of_date() }} as check_date
    from checks
    left join findings
        on checks.check_name = findings.check_name
    where findings.check_name is null

),

all_rows as (

    select * from findings

    union all

    select * from index_rows

),

final as (

    select
        {{ surrogate_key([
            'all_rows.check_name', 'all_rows.check_scope', 'all_rows.check_date'
        ]) }} as dq_result_id,
        all_rows.check_name,
        all_rows.check_scope,
        case
            when all_rows.check_scope = 'all' then 'ok'
            when checks.check_name in ('attributed_records', 'attributed_usd')
                then
                    case
                        when all_rows.observed_value >= {{ to_numeric('checks.promise') }} then 'ok'
                        else 'warn'
                    end
            when checks.check_name in ('bill_unit_price', 'quarantined_rows') then 'fail'
            else 'warn'
        end as check_status,
        checks.owner_name,
        checks.remedy,
        cast(all_rows.observed_value as {{ numeric_type() }}) as observed_value,
        {{ to_numeric('checks.promise') }} as expected_value,
        all_rows.check_date
    from all_rows
    inner join checks
        on all_rows.check_name = checks.check_name

)

select * from final
