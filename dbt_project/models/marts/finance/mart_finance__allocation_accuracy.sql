{#
One row per UTC day and API key of days on which the bill was split by usage and Anthropic's own costs name the key: what either
says. A NULL key is use without one. Companies without the vendor's own costs see in it how far a split can be off.
#}
{{ daily_table('usage_date', cluster_by=['api_key_id']) }}
with

allocated_lines as (

    select * from {{ ref('int_spend__allocated_lines') }}

),

vendor_costs as (

    select * from {{ ref('int_spend__vendor_costs') }}
    where not is_counted_elsewhere

),

vendor_requests as (

    select * from {{ ref('int_spend__vendor_requests') }}

),

message_lines as (

    select * from {{ ref('int_usage__message_lines') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

bill_days as (

    select usage_date
    from allocated_lines
    group by usage_date

),

vendor_days as (

    select usage_date
    from vendor_costs
    group by usage_date

),

priority_keys as (

    select
        actor_id as api_key_id,
        usage_date
    from message_lines
    where actor_type = 'api_key' and service_tier = 'priority'
    group by actor_id, usage_date

),

both_sides as (

    select
        usage_date,
        case when actor_type = 'api_key' then actor_id end as api_key_id,
        cast(null as {{ dbt.type_bigint() }}) as n_requests,
        spend_usd as allocated_usd,
        {{ to_numeric("'0'") }} as vendor_list_usd,
        {{ to_numeric("'0'") }} as vendor_usd
    from allocated_lines

    union all

    select
        usage_date,
        api_key_id,
        cast(null as {{ dbt.type_bigint() }}) as n_requests,
        {{ to_numeric("'0'") }} as allocated_usd,
        list_usd as vendor_list_usd,
        spend_usd as vendor_usd
    from vendor_costs

    union all

    select
        usage_date,
        api_key_id,
        n_requests,
        {{ to_numeric("'0'") }} as allocated_usd,
        {{ to_numeric("'0'") }} as vendor_list_usd,
        {{ to_numeric("'0'") }} as vendor_usd
    from vendor_requests

),

keys as (

    select
        both_sides.usage_date,
        both_sides.api_key_id,
        {{ sum_units('both_sides.n_requests') }} as n_requests,
        sum(both_sides.allocated_usd) as allocated_usd,
        sum(both_sides.vendor_list_usd) as vendor_list_usd,
        sum(both_sides.vendor_usd) as vendor_usd
    from both_sides
    inner join bill_days
        on both_sides.usage_date = bill_days.usage_date
    inner join vendor_days
        on both_sides.usage_date = vendor_days.usage_date
    group by both_sides.usage_date, both_sides.api_key_id

),

final as (

    select
        keys.usage_date,
        keys.n_requests,
        cast(keys.allocated_usd as {{ numeric_type() }}) as allocated_usd,
        cast(keys.vendor_list_usd as {{ numeric_type() }}) as vendor_list_usd,
        cast(
            keys.allocated_usd - keys.vendor_list_usd as {{ numeric_type() }}
        ) as allocation_error_usd,
        cast(
            keys.vendor_list_usd - keys.vendor_usd as {{ numeric_type() }}
        ) as discount_usd,
        -- The bill has no priority tier, so what a key used of it is not in what was split.
        priority_keys.api_key_id is null as has_no_priority_usage,
        day_versions.is_provisional,
        keys.api_key_id,
        {{ surrogate_key(['keys.usage_date', 'keys.api_key_id']) }} as allocation_accuracy_id,
        day_versions.input_version,
        day_versions.day_loaded_at as loaded_at
    from keys
    inner join day_versions
        on keys.usage_date = day_versions.usage_date
    left join priority_keys
        on
            keys.api_key_id = priority_keys.api_key_id
            and keys.usage_date = priority_keys.usage_date

)

select * from final
