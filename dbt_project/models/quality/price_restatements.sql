{#
One row per UTC day, provider and statement: what the tasks of the day cost when it was first computed, and each time that
changed, with the figure before and the reason. Where `has_price_change` is true, a price or a baseline of the day was
corrected afterwards. Added to, never rebuilt: what was once reported can be read here for ever.
#}
{{ append_only() }}
with

days as (

    select * from {{ ref('mart_savings__daily') }}

),

prices as (

    select * from {{ ref('int_savings__prices') }}

),

stated as (
    {% if is_incremental() %}
    select * from {{ this }}
    {% else %}
    select
        cast(null as {{ dbt.type_bigint() }}) as statement_number,
        provider,
        input_version as price_version,
        input_version as baseline_version,
        n_tasks,
        actual_cost_usd as after_actual_cost_usd,
        baseline_cost_usd as after_baseline_cost_usd,
        usage_date
    from days
    where 1 = 0
    {% endif %}
),

last_numbers as (

    select
        provider,
        usage_date,
        max(statement_number) as statement_number
    from stated
    group by provider, usage_date

),

last_statements as (

    select stated.*
    from stated
    inner join last_numbers
        on
            stated.provider = last_numbers.provider
            and stated.usage_date = last_numbers.usage_date
            and stated.statement_number = last_numbers.statement_number

),

current_costs as (

    select
        provider,
        usage_date,
        {{ sum_units('n_tasks') }} as n_tasks,
        sum(actual_cost_usd) as actual_cost_usd,
        sum(baseline_cost_usd) as baseline_cost_usd
    from days
    group by provider, usage_date

),

-- The prices in force for the provider on the day, and those in force for anybody: the baseline
-- may be anybody's.
provider_prices as (

    select
        current_costs.provider,
        current_costs.usage_date,
        {{ dbt.hash(dbt.listagg('prices.price_version', "'|'", 'order by prices.price_version')) }}
            as price_version
    from current_costs
    inner join prices
        on
            current_costs.provider = prices.provider
            and current_costs.usage_date >= prices.valid_from_date
            and current_costs.usage_date
            < coalesce(prices.valid_to_date, cast('9999-12-31' as date))
    group by current_costs.provider, current_costs.usage_date

),

price_days as (

    select distinct usage_date from current_costs

),

all_prices as (

    select
        price_days.usage_date,
        {{ dbt.hash(dbt.listagg('prices.price_version', "'|'", 'order by prices.price_version')) }}
            as baseline_version
    from price_days
    inner join prices
        on
            price_days.usage_date >= prices.valid_from_date
            and price_days.usage_date < coalesce(prices.valid_to_date, cast('9999-12-31' as date))
    group by price_days.usage_date

),

current_statements as (

    select
        current_costs.provider,
        current_costs.usage_date,
        coalesce(provider_prices.price_version, 'none') as price_version,
        coalesce(all_prices.baseline_version, 'none') as baseline_version,
        current_costs.n_tasks,
        current_costs.actual_cost_usd,
        current_costs.baseline_cost_usd
    from current_costs
    left join provider_prices
        on
            current_costs.provider = provider_prices.provider
            and current_costs.usage_date = provider_prices.usage_date
    left join all_prices
        on current_costs.usage_date = all_prices.usage_date

),

compared as (

    select
        current_statements.*,
        last_statements.statement_number as last_number,
        last_statements.n_tasks as before_n_tasks,
        last_statements.after_actual_cost_usd as before_actual_cost_usd,
        last_statements.after_baseline_cost_usd as before_baseline_cost_usd,
        coalesce(current_statements.price_version <> last_statements.price_version, false)
            as has_new_price,
        coalesce(current_statements.baseline_version <> last_statements.baseline_version, false)
            as has_new_baseline,
        current_statements.n_tasks <> last_statements.n_tasks as has_other_tasks
    from current_statements
    left join last_statements
        on
            current_statements.provider = last_statements.provider
            and current_statements.usage_date = last_statements.usage_date
    where
        last_statements.provider is null
        or current_statements.n_tasks <> last_statements.n_tasks
        or coalesce(current_statements.actual_cost_usd, -1)
        <> coalesce(last_statements.after_actual_cost_usd, -1)
        or coalesce(current_statements.baseline_cost_usd, -1)
        <> coalesce(last_statements.after_baseline_cost_usd, -1)

),

final as (

    select
        {{ surrogate_key(['usage_date', 'provider', 'coalesce(last_number, 0) + 1']) }}
            as price_restatement_id,
        coalesce(last_number, 0) + 1 as statement_number,
        {{ pipeline_run_id() }} as pipeline_run_id,
        provider,
        case
            when last_number is null then 'first statement'
            when has_new_price and has_other_tasks then 'price of the provider and tasks'
            when has_new_price then 'price of the provider'
            when has_new_baseline and has_other_tasks then 'price of the baseline and tasks'
            when has_new_baseline then 'price of the baseline'
            when has_other_tasks then 'tasks'
            else 'tasks or baseline policy'
        end as restatement_reason,
        price_version,
        baseline_version,
        n_tasks,
        cast(before_actual_cost_usd as {{ numeric_type() }}) as before_actual_cost_usd,
        cast(actual_cost_usd as {{ numeric_type() }}) as after_actual_cost_usd,
        cast(before_baseline_cost_usd as {{ numeric_type() }}) as before_baseline_cost_usd,
        cast(baseline_cost_usd as {{ numeric_type() }}) as after_baseline_cost_usd,
        has_new_price or has_new_baseline as has_price_change,
        usage_date
    from compared

)

select * from final
