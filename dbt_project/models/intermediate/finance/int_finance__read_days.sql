{#
One row per budget scope, value and loaded UTC day: how many of the sources that the scope's money needs were read on it.
Only a day on which all were read says what the scope cost; of another the ledger holds a part, or nothing. A day of which
only the seats are known is not loaded where there is a source of usage. Values are the platforms, vendors and categories
that there are; the company, its teams, departments and cost centres share the value `*`. A platform with seats only needs
no source but the seats tab, whose fees are known or unknown of all days alike.
#}
with

needed_sources as (

    select * from {{ ref('int_finance__needed_sources') }}

),

platforms as (

    select * from {{ ref('int_spend__platforms') }}

),

partitions as (

    select * from {{ ref('int_runs__partitions') }}

),

cursor_charges as (

    select * from {{ ref('int_spend__cursor_charges') }}

),

cursor_invoice_months as (

    select * from {{ ref('int_spend__cursor_invoice_months') }}
    where usage_cost_usd is not null

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}
    where is_loaded

),

seats_tab as (

    select count(*) > 0 as is_seats_tab_read
    from partitions
    where source_name = 'sheets' and resource_name = 'seats'

),

source_days as (

    select
        source_name,
        usage_date
    from partitions
    where
        (source_name = 'cursor' and resource_name = 'usage_events')
        or (source_name = 'anthropic' and resource_name in ('cost_report', 'usage_report_messages'))

    union distinct

    -- Where events cannot be had: snapshots of the spend, or the month's invoice.
    select
        'cursor' as source_name,
        usage_date
    from cursor_charges

    union distinct

    select
        'cursor' as source_name,
        partitions.usage_date
    from partitions
    inner join cursor_invoice_months
        on
            {{ trunc_date('month', 'partitions.usage_date') }}
            = cursor_invoice_months.month_start_date
    where partitions.source_name = 'cursor' and partitions.resource_name = 'daily_usage'

),

scope_keys as (

    {% for scope in ['vendor', 'platform', 'category'] %}
    select
        '{{ scope }}' as budget_scope,
        {{ scope }} as scope_key
    from platforms

    union distinct

    {% endfor %}
    {% for scope in ['company', 'team', 'department', 'cost_centre'] %}
    select
        '{{ scope }}' as budget_scope,
        '*' as scope_key
    {% if not loop.last %}
    union distinct

    {% endif %}
    {% endfor %}

),

counted as (

    select
        scope_keys.budget_scope,
        scope_keys.scope_key,
        day_versions.usage_date,
        count(needed_sources.source_name) as n_sources_needed,
        count(source_days.usage_date) as n_sources_read
    from scope_keys
    cross join day_versions
    left join needed_sources
        on
            scope_keys.budget_scope = needed_sources.budget_scope
            and scope_keys.scope_key = needed_sources.scope_key
    left join source_days
        on
            needed_sources.source_name = source_days.source_name
            and day_versions.usage_date = source_days.usage_date
    group by scope_keys.budget_scope, scope_keys.scope_key, day_versions.usage_date

)

select
    counted.budget_scope,
    counted.scope_key,
    counted.n_sources_needed,
    counted.n_sources_read,
    counted.n_sources_read = counted.n_sources_needed as is_read,
    seats_tab.is_seats_tab_read,
    counted.usage_date
from counted
cross join seats_tab
