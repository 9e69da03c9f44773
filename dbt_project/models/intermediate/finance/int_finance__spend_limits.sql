{#
One row per spend limit of Anthropic that holds now, in US dollars: per member and period the one that the vendor applies, with what is
used of it (newest snapshot), and every limit of the organisation, a service, workspace, group or seat tier, whose use the vendor does
not state.
#}
with

usage_snapshots as (

    select * from {{ ref('stg_anthropic__spend_limit_usage') }}

),

spend_limits as (

    select * from {{ ref('stg_anthropic__spend_limits') }}
    where is_current and limit_scope_type <> 'user'

),

fx_rates as (

    select * from {{ ref('fx_rates') }}
    where
        valid_from <= {{ as_of_date() }}
        and coalesce(valid_to, cast('9999-12-31' as date)) > {{ as_of_date() }}

),

newest as (

    select max(snapshot_date) as newest_date
    from usage_snapshots

),

limits as (

    select
        usage_snapshots.snapshot_date,
        'user' as limit_scope_type,
        coalesce(usage_snapshots.anthropic_user_id, usage_snapshots.scoped_api_key_id)
            as limit_scope_key,
        usage_snapshots.user_email,
        usage_snapshots.limit_source_type,
        usage_snapshots.limit_period,
        usage_snapshots.currency,
        true as is_enabled,
        usage_snapshots.limit_amount,
        usage_snapshots.used_amount
    from usage_snapshots
    inner join newest
        on usage_snapshots.snapshot_date = newest.newest_date

    union all

    select
        cast(version_started_at as date) as snapshot_date,
        limit_scope_type,
        limit_scope_key,
        cast(null as {{ dbt.type_string() }}) as user_email,
        limit_scope_type as limit_source_type,
        limit_period,
        currency,
        is_enabled,
        limit_amount,
        cast(null as {{ numeric_type() }}) as used_amount
    from spend_limits

),

valued as (

    select
        limits.*,
        cast(
            limits.limit_amount * {{ to_numeric('fx_rates.usd_per_unit_text') }}
            as {{ numeric_type() }}
        ) as limit_usd,
        cast(
            limits.used_amount * {{ to_numeric('fx_rates.usd_per_unit_text') }}
            as {{ numeric_type() }}
        ) as used_of_limit_usd
    from limits
    left join fx_rates
        on coalesce(limits.currency, 'USD') = fx_rates.currency

)

select
    snapshot_date,
    limit_scope_type,
    limit_scope_key,
    user_email,
    limit_source_type,
    limit_period,
    limit_usd,
    used_of_limit_usd,
    is_enabled
from valued
