{#
One row per UTC day, Cursor actor, model and way of knowing the charge. Use-based events carry the charge itself (the
token fee is inside it); what other events state is a price, not a payment. Only for days whose events could not be loaded: the difference of two spend snapshots of one user and cycle,
and where those are missing too, usage-based requests at the effective rate of the month's invoice.
#}
{{ daily_incremental(cluster_by=['actor_id']) }}
with

events as (

    select * from {{ ref('int_spend__cursor_valued_events') }}
    where usage_date in ({{ changed_days() }})

),

partitions as (

    select * from {{ ref('stg_cursor__loaded_partitions') }}

),

spend_snapshots as (

    select * from {{ ref('stg_cursor__spend_snapshots') }}

),

daily_usage as (

    select * from {{ ref('stg_cursor__daily_usage') }}

),

invoices as (

    select * from {{ ref('stg_sheets__invoices') }}
    where vendor = 'cursor' and coalesce(currency, 'USD') = 'USD'

),

days_without_events as (

    select usage_days.usage_date
    from partitions as usage_days
    left join partitions as event_days
        on
            usage_days.usage_date = event_days.usage_date
            and event_days.resource_name = 'usage_events'
    where usage_days.resource_name = 'daily_usage' and event_days.usage_date is null

),

event_charges as (

    select
        actor_type,
        actor_id,
        model,
        'billed' as spend_basis,
        'event_charge' as spend_method,
        owed_usd as spend_usd,
        usage_date
    from events
    where owed_usd is not null

),

snapshot_steps as (

    select
        user_email,
        on_demand_usd,
        snapshot_date,
        lag(on_demand_usd) over (
            partition by cursor_user_id, user_email, cycle_started_at
            order by snapshot_date
        ) as previous_usd,
        lag(snapshot_date) over (
            partition by cursor_user_id, user_email, cycle_started_at
            order by snapshot_date
        ) as previous_date,
        cast(cycle_started_at as date) as cycle_start_date,
        cast({{ dbt.dateadd('day', -1, 'snapshot_date') }} as date) as usage_date
    from spend_snapshots

),

snapshot_charges as (

    select
        case
            when snapshot_steps.user_email is null then 'unattributed'
            else 'person'
        end as actor_type,
        coalesce(snapshot_steps.user_email, 'unattributed:cursor') as actor_id,
        cast(null as {{ dbt.type_string() }}) as model,
        'billed' as spend_basis,
        'spend_snapshot_difference' as spend_method,
        snapshot_steps.on_demand_usd
        - coalesce(snapshot_steps.previous_usd, {{ to_numeric("'0'") }}) as spend_usd,
        snapshot_steps.usage_date
    from snapshot_steps
    inner join days_without_events
        on snapshot_steps.usage_date = days_without_events.usage_date
    where
        -- The day before, or the cycle began within the day: anything else would put several days
        -- on one.
        snapshot_steps.previous_date = snapshot_steps.usage_date
        or (
            snapshot_steps.previous_date is null
            and snapshot_steps.cycle_start_date = snapshot_steps.usage_date
        )

),

snapshot_days as (

    select usage_date
    from snapshot_charges
    group by usage_date

),

month_invoices as (

    select
        month_start_date,
        sum(invoice_amount) as invoice_usd
    from invoices
    group by month_start_date

),

month_requests as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        sum(n_usage_based_requests) as n_requests
    from daily_usage
    group by month_start_date

),

invoice_charges as (

    select
        case
            when daily_usage.user_email is null then 'unattributed'
            else 'person'
        end as actor_type,
        coalesce(daily_usage.user_email, 'unattributed:cursor') as actor_id,
        cast(null as {{ dbt.type_string() }}) as model,
        'estimated' as spend_basis,
        'invoice_effective_rate' as spend_method,
        {{ proportional_part(
            'month_invoices.invoice_usd', 'daily_usage.n_usage_based_requests', 'month_requests.n_requests'
        ) }} as spend_usd,
        daily_usage.usage_date
    from daily_usage
    inner join days_without_events
        on daily_usage.usage_date = days_without_events.usage_date
    inner join month_requests
        on {{ trunc_date('month', 'daily_usage.usage_date') }} = month_requests.month_start_date
    inner join month_invoices
        on {{ trunc_date('month', 'daily_usage.usage_date') }} = month_invoices.month_start_date
    left join snapshot_days
        on daily_usage.usage_date = snapshot_days.usage_date
    where snapshot_days.usage_date is null and daily_usage.n_usage_based_requests > 0

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}
    where usage_date in ({{ changed_days() }})

),

all_charges as (

    select * from event_charges

    union all

    select * from snapshot_charges

    union all

    select * from invoice_charges

)

select
    all_charges.actor_type,
    all_charges.actor_id,
    all_charges.model,
    all_charges.spend_basis,
    all_charges.spend_method,
    day_versions.input_version,
    sum(all_charges.spend_usd) as spend_usd,
    all_charges.usage_date
from all_charges
inner join day_versions
    on all_charges.usage_date = day_versions.usage_date
group by
    all_charges.actor_type,
    all_charges.actor_id,
    all_charges.model,
    all_charges.spend_basis,
    all_charges.spend_method,
    day_versions.input_version,
    all_charges.usage_date
