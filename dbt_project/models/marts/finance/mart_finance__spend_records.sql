{#
One row per record that a vendor sent, or a sheet holds, for money of the ledger: what a paper (`paper_id`: a line of the bill,
a day's charges or costs of somebody, an invoice) says, as it was sent. The records of a paper add up to what it states.
#}
{{ daily_incremental(cluster_by=['paper_id']) }}
{%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
{%- set no_count = 'cast(null as ' ~ dbt.type_bigint() ~ ')' -%}
{%- set dollars = to_numeric("'1'") %}
with

spend_lines as (

    select * from {{ ref('mart_finance__spend_lines') }}
    where usage_date in ({{ changed_days() }}) and paper_id is not null

),

bill_records as (

    select * from {{ ref('int_spend__bill_records') }}
    where usage_date in ({{ changed_days() }})

),

vendor_costs as (

    select * from {{ ref('int_spend__vendor_costs') }}
    where usage_date in ({{ changed_days() }}) and not is_counted_elsewhere

),

cursor_events as (

    select * from {{ ref('int_spend__cursor_valued_events') }}
    where usage_date in ({{ changed_days() }}) and owed_usd <> 0

),

cursor_charges as (

    select * from {{ ref('int_spend__cursor_charges') }}
    where usage_date in ({{ changed_days() }})

),

claude_ai_charges as (

    select * from {{ ref('int_spend__claude_ai_charges') }}
    where usage_date in ({{ changed_days() }})

),

claude_ai_totals as (

    select * from {{ ref('int_spend__claude_ai_totals') }}
    where usage_date in ({{ changed_days() }}) and unattributed_usd > 0

),

loads as (

    select * from {{ ref('int_runs__money_loads') }}

),

papers as (

    select
        usage_date,
        paper_id,
        min(input_version) as input_version,
        -- Of a line of the bill, which many share, nobody's.
        case
            when min(origin_id) = max(origin_id) and min(origin_id) = paper_id
                then min(used_actor_id)
        end as used_actor_id
    from spend_lines
    group by usage_date, paper_id

),

charge_origins as (

    select
        'cursor' as vendor,
        'cursor' as platform,
        actor_type as used_actor_type,
        actor_id as used_actor_id,
        {{ no_text }} as workspace_key,
        model,
        'usage' as cost_component,
        spend_basis,
        spend_method as origin_method,
        counted_usd,
        counted_before_usd,
        month_invoice_usd,
        month_seat_cost_usd,
        usage_date
    from cursor_charges

),

keyed_charges as (

    select
        *,
        {{ spend_origin_key() }} as paper_id
    from charge_origins

),

event_origins as (

    select
        'cursor' as vendor,
        'cursor' as platform,
        actor_type as used_actor_type,
        actor_id as used_actor_id,
        {{ no_text }} as workspace_key,
        model,
        'usage' as cost_component,
        'billed' as spend_basis,
        'event_charge' as origin_method,
        event_kind,
        event_row,
        stated_amount_text,
        owed_usd,
        usage_date
    from cursor_events

),

vendor_origins as (

    select
        'anthropic' as vendor,
        platform,
        actor_type as used_actor_type,
        actor_id as used_actor_id,
        workspace_key,
        model,
        cost_component,
        spend_basis,
        spend_method as origin_method,
        product,
        currency,
        usd_per_unit_text,
        stated_amount_text,
        spend_usd,
        usage_date
    from vendor_costs

),

claude_ai_origins as (

    select
        'anthropic' as vendor,
        platform,
        actor_type as used_actor_type,
        actor_id as used_actor_id,
        {{ no_text }} as workspace_key,
        model,
        'usage' as cost_component,
        spend_basis,
        spend_method as origin_method,
        product,
        currency,
        usd_per_unit_text,
        stated_amount_text,
        spend_usd,
        usage_date
    from claude_ai_charges
    where spend_method <> 'enterprise_cost_report_rest'

),

rest_origins as (

    select
        'anthropic' as vendor,
        platform,
        'unattributed' as used_actor_type,
        'unattributed:claude_ai' as used_actor_id,
        {{ no_text }} as workspace_key,
        {{ no_text }} as model,
        'usage' as cost_component,
        'billed' as spend_basis,
        'enterprise_cost_report_rest' as origin_method,
        organization_usd,
        users_usd,
        beyond_users_usd - unattributed_usd as netted_usd,
        usage_date
    from claude_ai_totals

),

keyed_rests as (

    select
        *,
        {{ spend_origin_key() }} as paper_id
    from rest_origins

),

records as (

    select
        'anthropic' as source_name,
        'cost_report' as resource_name,
        line_key as paper_id,
        line_description as record_text,
        {{ no_count }} as record_row,
        stated_amount_text,
        currency,
        {{ to_numeric('usd_per_unit_text') }} as usd_per_unit,
        line_cost_usd as record_usd,
        usage_date
    from bill_records

    union all

    select
        'anthropic' as source_name,
        'analytics_cost' as resource_name,
        {{ spend_origin_key() }} as paper_id,
        product as record_text,
        {{ no_count }} as record_row,
        stated_amount_text,
        currency,
        {{ to_numeric('usd_per_unit_text') }} as usd_per_unit,
        spend_usd as record_usd,
        usage_date
    from vendor_origins

    union all

    select
        'claude_ai' as source_name,
        'user_cost_report' as resource_name,
        {{ spend_origin_key() }} as paper_id,
        product as record_text,
        {{ no_count }} as record_row,
        stated_amount_text,
        currency,
        {{ to_numeric('usd_per_unit_text') }} as usd_per_unit,
        spend_usd as record_usd,
        usage_date
    from claude_ai_origins

    union all

    select
        'cursor' as source_name,
        'usage_events' as resource_name,
        {{ spend_origin_key() }} as paper_id,
        event_kind as record_text,
        event_row as record_row,
        stated_amount_text,
        'USD' as currency,
        {{ dollars }} as usd_per_unit,
        owed_usd as record_usd,
        usage_date
    from event_origins

    -- Sums of papers about more than one day or row: dollars already, so without what was sent.
    {% for source_name, resource_name, charges, record_text, amount in [
        ('cursor', 'spend', 'keyed_charges', 'counted on the next morning', 'counted_usd'),
        ('cursor', 'spend', 'keyed_charges', 'less what was counted the morning before', '-counted_before_usd'),
        ('sheets', 'invoices', 'keyed_charges', 'invoices of the month', 'month_invoice_usd'),
        ('sheets', 'seats', 'keyed_charges', 'less the seats of the month inside them', '-month_seat_cost_usd'),
        ('claude_ai', 'organization_cost_report', 'keyed_rests', 'total of the organisation', 'organization_usd'),
        ('claude_ai', 'user_cost_report', 'keyed_rests', 'less the rows by person', '-nullif(users_usd, 0)'),
        ('claude_ai', 'user_cost_report', 'keyed_rests', 'less what persons have beyond the total elsewhere',
            '-nullif(netted_usd, 0)')
    ] %}
    union all

    select
        '{{ source_name }}' as source_name,
        '{{ resource_name }}' as resource_name,
        paper_id,
        '{{ record_text }}' as record_text,
        {{ no_count }} as record_row,
        {{ no_text }} as stated_amount_text,
        'USD' as currency,
        {{ dollars }} as usd_per_unit,
        {{ amount }} as record_usd,
        usage_date
    from {{ charges }}
    where {{ amount }} is not null
    {%- endfor %}

),

numbered as (

    select
        records.*,
        papers.input_version,
        papers.used_actor_id,
        row_number() over (
            partition by records.paper_id
            order by
                records.resource_name,
                coalesce(records.record_row, 0),
                coalesce(records.record_text, ''),
                records.record_usd,
                coalesce(records.stated_amount_text, '')
        ) as record_number
    from records
    inner join papers
        on
            records.paper_id = papers.paper_id
            and records.usage_date = papers.usage_date

),

final as (

    select
        numbered.usage_date,
        numbered.source_name,
        numbered.resource_name,
        numbered.record_text,
        numbered.record_row,
        numbered.stated_amount_text,
        numbered.currency,
        cast(numbered.usd_per_unit as {{ numeric_type() }}) as usd_per_unit,
        cast(numbered.record_usd as {{ numeric_type() }}) as record_usd,
        numbered.used_actor_id,
        {{ surrogate_key(['numbered.paper_id', 'numbered.record_number']) }} as spend_record_id,
        numbered.paper_id,
        loads.load_id,
        numbered.input_version,
        loads.loaded_at
    from numbered
    left join loads
        on
            numbered.source_name = loads.source_name
            and numbered.resource_name = loads.resource_name
            and numbered.usage_date = loads.usage_date

)

select * from final
