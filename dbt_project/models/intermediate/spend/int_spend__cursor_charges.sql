{#
One row per UTC day, Cursor actor, model and way of knowing the charge. Use-based events carry the charge itself (the
token fee is inside it); what other events state is a price, not a payment. Only for days whose events could not be loaded: the difference of two spend snapshots of one user and cycle,
and where those are missing too, usage-based requests at the effective rate of the month's invoice, less the seats in it.
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

invoice_months as (

    select * from {{ ref('int_spend__cursor_invoice_months') }}

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
        cast(null as {{ numeric_type() }}) as counted_usd,
        cast(null as {{ numeric_type() }}) as counted_before_usd,
        cast(null as {{ dbt.type_bigint() }}) as n_requests,
        cast(null as {{ dbt.type_bigint() }}) as n_month_requests,
        cast(null as {{ numeric_type() }}) as month_usage_cost_usd,
        cast(null as {{ numeric_type() }}) as month_invoice_usd,
        cast(null as {{ numeric_type() }}) as month_seat_cost_usd,
        usage_date
    from events
    where owed_usd is not null

),

team_days as (

    select
        snapshot_date,
        cycle_started_at
    from spend_snapshots
    group by snapshot_date, cycle_started_at

),

numbered_snapshots as (

    select
        *,
        row_number() over (
            partition by user_email, cycle_started_at
            order by snapshot_date, cursor_user_id
        ) as email_number,
        lag(on_demand_usd) over (
            partition by coalesce(cursor_user_id, user_email), cycle_started_at
            order by snapshot_date
        ) as previous_usd,
        lag(snapshot_date) over (
            partition by coalesce(cursor_user_id, user_email), cycle_started_at
            order by snapshot_date
        ) as previous_date,
        cast({{ dbt.dateadd('day', -1, 'snapshot_date') }} as date) as usage_date
    from spend_snapshots

),

-- Who is not in the team's snapshot of the day before has joined since and started from nothing.
-- An e-mail that the cycle has seen under another id is nobody new.
snapshot_steps as (

    select
        numbered_snapshots.user_email,
        numbered_snapshots.on_demand_usd,
        numbered_snapshots.previous_usd,
        numbered_snapshots.previous_date,
        numbered_snapshots.usage_date,
        cast(numbered_snapshots.cycle_started_at as date) as cycle_start_date,
        team_days.snapshot_date is not null
        and (numbered_snapshots.user_email is null or numbered_snapshots.email_number = 1)
            as has_joined
    from numbered_snapshots
    left join team_days
        on
            numbered_snapshots.usage_date = team_days.snapshot_date
            and numbered_snapshots.cycle_started_at = team_days.cycle_started_at

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
        snapshot_steps.on_demand_usd as counted_usd,
        coalesce(snapshot_steps.previous_usd, {{ to_numeric("'0'") }}) as counted_before_usd,
        cast(null as {{ dbt.type_bigint() }}) as n_requests,
        cast(null as {{ dbt.type_bigint() }}) as n_month_requests,
        cast(null as {{ numeric_type() }}) as month_usage_cost_usd,
        cast(null as {{ numeric_type() }}) as month_invoice_usd,
        cast(null as {{ numeric_type() }}) as month_seat_cost_usd,
        snapshot_steps.usage_date
    from snapshot_steps
    inner join days_without_events
        on snapshot_steps.usage_date = days_without_events.usage_date
    where
        -- The day before, or nothing was there before the day: anything else would put several days
        -- on one.
        snapshot_steps.previous_date = snapshot_steps.usage_date
        or (
            snapshot_steps.previous_date is null
            and (
                snapshot_steps.cycle_start_date = snapshot_steps.usage_date
                or snapshot_steps.has_joined
            )
        )

),

snapshot_days as (

    select usage_date
    from snapshot_charges
    group by usage_date

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
            'invoice_months.usage_cost_usd', 'daily_usage.n_usage_based_requests', 'invoice_months.n_requests'
        ) }} as spend_usd,
        cast(null as {{ numeric_type() }}) as counted_usd,
        cast(null as {{ numeric_type() }}) as counted_before_usd,
        daily_usage.n_usage_based_requests as n_requests,
        invoice_months.n_requests as n_month_requests,
        invoice_months.usage_cost_usd as month_usage_cost_usd,
        invoice_months.invoice_usd as month_invoice_usd,
        invoice_months.seat_cost_usd as month_seat_cost_usd,
        daily_usage.usage_date
    from daily_usage
    inner join days_without_events
        on daily_usage.usage_date = days_without_events.usage_date
    inner join invoice_months
        on {{ trunc_date('month', 'daily_usage.usage_date') }} = invoice_months.month_start_date
    left join snapshot_days
        on daily_usage.usage_date = snapshot_days.usage_date
    where
        snapshot_days.usage_date is null
        and daily_usage.n_usage_based_requests > 0
        and invoice_months.usage_cost_usd is not null

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
    sum(all_charges.counted_usd) as counted_usd,
    sum(all_charges.counted_before_usd) as counted_before_usd,
    {{ sum_units('all_charges.n_requests') }} as n_requests,
    max(all_charges.n_month_requests) as n_month_requests,
    max(all_charges.month_usage_cost_usd) as month_usage_cost_usd,
    max(all_charges.month_invoice_usd) as month_invoice_usd,
    max(all_charges.month_seat_cost_usd) as month_seat_cost_usd,
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
