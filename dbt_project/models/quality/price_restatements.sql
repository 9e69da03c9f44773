{#
One row per UTC day, provider and statement: what the tasks of the day cost when it was first computed, and each time that
changed, with the figure before and what had changed: prices (and which), baseline policies, tasks. A day that lost all its
tasks costs 0 from then on. Added to, never rebuilt: what was once reported can be read here for ever.
#}
{{ append_only() }}
with

days as (

    select * from {{ ref('mart_savings__daily') }}

),

prices as (

    select * from {{ ref('int_savings__prices') }}

),

policies as (

    select * from {{ ref('int_savings__policies') }}

),

stated as (
    {% if is_incremental() %}
    select * from {{ this }}
    {% else %}
    select
        cast(null as {{ dbt.type_bigint() }}) as statement_number,
        provider,
        input_version as price_versions,
        input_version as baseline_price_versions,
        input_version as policy_version,
        n_tasks,
        actual_cost_usd as after_actual_cost_usd,
        baseline_cost_usd as after_baseline_cost_usd,
        usage_date,
        loaded_at
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
        sum(baseline_cost_usd) as baseline_cost_usd,
        max(loaded_at) as loaded_at
    from days
    group by provider, usage_date

),

lost_days as (

    select
        last_statements.provider,
        last_statements.usage_date,
        0 as n_tasks,
        {{ to_numeric("'0'") }} as actual_cost_usd,
        {{ to_numeric("'0'") }} as baseline_cost_usd,
        last_statements.loaded_at
    from last_statements
    left join current_costs
        on
            last_statements.provider = current_costs.provider
            and last_statements.usage_date = current_costs.usage_date
    where current_costs.provider is null

),

costs as (

    select * from current_costs

    union all

    select * from lost_days

),

cost_days as (

    select distinct usage_date from costs

),

provider_prices as (

    select
        costs.provider,
        costs.usage_date,
        prices.price_version,
        substr(prices.price_version, 1, 8) as version_mark,
        prices.price_row_name
    from costs
    inner join prices
        on
            costs.provider = prices.provider
            and costs.usage_date >= prices.valid_from_date
            and costs.usage_date < coalesce(prices.valid_to_date, cast('9999-12-31' as date))

),

provider_versions as (

    select
        provider,
        usage_date,
        {{ dbt.listagg('version_mark', "' '", 'order by version_mark') }} as price_versions
    from provider_prices
    group by provider, usage_date

),

-- Whosoever's baseline it is: which organisations have tasks is no matter of prices or policies.
day_policies as (

    select
        cost_days.usage_date,
        policies.organization_id,
        policies.baseline_provider,
        policies.baseline_model
    from cost_days
    inner join policies
        on
            cost_days.usage_date >= policies.valid_from_date
            and cost_days.usage_date < policies.valid_to_date

),

policy_versions as (

    select
        usage_date,
        {{ dbt.hash(dbt.listagg(
            surrogate_key(['organization_id', 'baseline_provider', 'baseline_model']), "'|'",
            'order by organization_id'
        )) }} as policy_version
    from day_policies
    group by usage_date

),

baseline_providers as (

    select distinct
        usage_date,
        baseline_provider
    from day_policies

),

baseline_prices as (

    select
        baseline_providers.usage_date,
        prices.price_version,
        substr(prices.price_version, 1, 8) as version_mark,
        prices.price_row_name
    from baseline_providers
    inner join prices
        on
            baseline_providers.baseline_provider = prices.provider
            and baseline_providers.usage_date >= prices.valid_from_date
            and baseline_providers.usage_date
            < coalesce(prices.valid_to_date, cast('9999-12-31' as date))

),

baseline_versions as (

    select
        usage_date,
        {{ dbt.listagg('version_mark', "' '", 'order by version_mark') }}
            as baseline_price_versions
    from baseline_prices
    group by usage_date

),

current_statements as (

    select
        costs.*,
        coalesce(provider_versions.price_versions, 'none') as price_versions,
        coalesce(baseline_versions.baseline_price_versions, 'none') as baseline_price_versions,
        coalesce(policy_versions.policy_version, 'none') as policy_version
    from costs
    left join provider_versions
        on
            costs.provider = provider_versions.provider
            and costs.usage_date = provider_versions.usage_date
    left join baseline_versions
        on costs.usage_date = baseline_versions.usage_date
    left join policy_versions
        on costs.usage_date = policy_versions.usage_date

),

compared as (

    select
        current_statements.*,
        last_statements.statement_number as last_number,
        last_statements.price_versions as before_price_versions,
        last_statements.baseline_price_versions as before_baseline_price_versions,
        last_statements.after_actual_cost_usd as before_actual_cost_usd,
        last_statements.after_baseline_cost_usd as before_baseline_cost_usd,
        coalesce(current_statements.price_versions <> last_statements.price_versions, false)
            as has_new_price,
        coalesce(
            current_statements.baseline_price_versions <> last_statements.baseline_price_versions,
            false
        ) as has_new_baseline_price,
        coalesce(current_statements.policy_version <> last_statements.policy_version, false)
            as has_new_policy,
        current_statements.n_tasks <> last_statements.n_tasks
        or coalesce(current_statements.loaded_at > last_statements.loaded_at, false)
            as has_new_tasks
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

new_prices as (

    select
        compared.provider,
        compared.usage_date,
        provider_prices.price_row_name,
        provider_prices.price_version
    from compared
    inner join provider_prices
        on
            compared.provider = provider_prices.provider
            and compared.usage_date = provider_prices.usage_date
    where
        compared.before_price_versions
        not like {{ dbt.concat(["'%'", 'provider_prices.version_mark', "'%'"]) }}

    union distinct

    select
        compared.provider,
        compared.usage_date,
        baseline_prices.price_row_name,
        baseline_prices.price_version
    from compared
    inner join baseline_prices
        on compared.usage_date = baseline_prices.usage_date
    where
        compared.before_baseline_price_versions
        not like {{ dbt.concat(["'%'", 'baseline_prices.version_mark', "'%'"]) }}

),

named_prices as (

    select
        provider,
        usage_date,
        {{ dbt.listagg(
            sentence(['price_row_name', "' (version '", 'price_version', "')'"]), "', '",
            'order by price_row_name, price_version'
        ) }} as changed_prices
    from new_prices
    group by provider, usage_date

),

final as (

    select
        compared.usage_date,
        compared.provider,
        case
            when compared.last_number is null then 'first statement'
            -- What nothing else explains is the tasks.
            when
                not (
                    compared.has_new_price or compared.has_new_baseline_price
                    or compared.has_new_policy
                ) then 'tasks'
            else substr({{ dbt.concat([
                "case when compared.has_new_price then ', price of the provider' else '' end",
                "case when compared.has_new_baseline_price then ', price of the baseline' else '' end",
                "case when compared.has_new_policy then ', baseline policy' else '' end",
                "case when compared.has_new_tasks then ', tasks' else '' end"
            ]) }}, 3)
        end as restatement_reason,
        named_prices.changed_prices,
        coalesce(compared.last_number, 0) + 1 as statement_number,
        compared.n_tasks,
        cast(compared.before_actual_cost_usd as {{ numeric_type() }}) as before_actual_cost_usd,
        cast(compared.actual_cost_usd as {{ numeric_type() }}) as after_actual_cost_usd,
        cast(compared.before_baseline_cost_usd as {{ numeric_type() }})
            as before_baseline_cost_usd,
        cast(compared.baseline_cost_usd as {{ numeric_type() }}) as after_baseline_cost_usd,
        compared.price_versions,
        compared.baseline_price_versions,
        compared.policy_version,
        compared.has_new_price or compared.has_new_baseline_price as has_price_change,
        {{ surrogate_key([
            'compared.usage_date', 'compared.provider', 'coalesce(compared.last_number, 0) + 1'
        ]) }} as price_restatement_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        compared.loaded_at
    from compared
    left join named_prices
        on
            compared.provider = named_prices.provider
            and compared.usage_date = named_prices.usage_date

)

select * from final
