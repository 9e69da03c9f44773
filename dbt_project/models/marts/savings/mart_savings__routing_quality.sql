{#
One row per organisation, UTC day, provider and task type: what the router promised against what came of it, how much of
the work went to the provider that was cheapest for it, and savings against two baselines: the approved policy and, as an
upper bound, the dearest provider that could have been charged for the same units. Only successful tasks with a known
cost are compared; each promise is compared over its own tasks.
#}
{{ daily_incremental(
    cluster_by=['organization_id', 'provider'],
    pre_hook="{{ delete_changed_task_days(keeps_expired=true) }}",
    outlives_rows=true
) }}
-- The pre_hook asks: depends_on: {{ ref('int_savings__settled') }}
with

changed_days as (

    {{ changed_task_days(keeps_expired=true) }}

),

tasks as (

    {{ tasks_of_changed_days() }}

),

rates as (

    select * from {{ ref('int_savings__rates') }}

),

judged_tasks as (

    select
        *,
        savings_status not in ('not_applicable', 'routing_overhead')
        and actual_cost_usd is not null as is_comparable,
        {{ has_token_counts('tasks') }} as has_token_counts,
        {{ classified_tokens('tasks') }} as classified_tokens
    from tasks

),

-- What every price charges is proportional to units, so the units of alike tasks are added before
-- they are priced at every provider.
units as (

    select
        organization_id,
        provider,
        task_type,
        task_type_name,
        service_tier,
        count(*) as n_tasks,
        count(compute_units) as n_tasks_with_units,
        count(case when has_token_counts then 1 end) as n_tasks_with_tokens,
        sum(compute_units) as compute_units,
        {%- for class in token_classes() %}
        {{ sum_units(class ~ '_tokens') }} as {{ class }}_tokens,
        {%- endfor %}
        {{ sum_units(
            'case when total_tokens > classified_tokens then total_tokens - classified_tokens end'
        ) }} as unclassified_tokens,
        usage_date
    from judged_tasks
    where is_comparable
    group by organization_id, provider, task_type, task_type_name, service_tier, usage_date

),

rate_matches as (

    select
        units.*,
        rates.provider as other_provider,
        rates.model_key as other_model_key,
        rates.pricing_model,
        {%- for class in token_classes() %}
        rates.{{ class }}_usd_per_million_units,
        {%- endfor %}
        rates.any_usd_per_million_units,
        case when units.n_tasks = units.n_tasks_with_tokens then true end as has_token_counts,
        row_number() over (
            partition by
                units.organization_id, units.usage_date, units.provider, units.task_type,
                units.service_tier, rates.provider, rates.model_key
            order by rates.task_type_key desc, rates.tier_key desc
        ) as match_rank
    from units
    inner join rates
        on
            rates.task_type_key in (coalesce(units.task_type, ''), '')
            and rates.tier_key in (units.service_tier, '')
            and units.usage_date >= rates.valid_from_date
            and units.usage_date < coalesce(rates.valid_to_date, cast('9999-12-31' as date))

),

charged as (

    select
        *,
        case
            when pricing_model = 'per_request'
                then {{ tokens_to_usd('n_tasks', 'any_usd_per_million_units') }}
            when pricing_model = 'per_compute_unit' and n_tasks > n_tasks_with_units
                then cast(null as {{ numeric_type() }})
            else {{ task_cost_usd() }}
        end as other_cost_usd
    from rate_matches
    where match_rank = 1

),

extremes as (

    select
        organization_id,
        provider,
        task_type_name,
        service_tier,
        min(other_cost_usd) as cheapest_cost_usd,
        max(other_cost_usd) as dearest_cost_usd,
        usage_date
    from charged
    group by organization_id, provider, task_type_name, service_tier, usage_date

),

best as (

    select
        charged.organization_id,
        charged.provider,
        charged.task_type_name,
        charged.usage_date,
        charged.service_tier,
        max(charged.n_tasks) as n_tasks,
        max(extremes.cheapest_cost_usd) as cheapest_cost_usd,
        max(extremes.dearest_cost_usd) as dearest_cost_usd,
        max(
            case
                when
                    charged.other_provider = charged.provider
                    and charged.other_cost_usd = extremes.cheapest_cost_usd
                    then 1
                else 0
            end
        ) as best_flag
    from charged
    inner join extremes
        on
            charged.organization_id = extremes.organization_id
            and charged.provider = extremes.provider
            and charged.task_type_name = extremes.task_type_name
            and charged.service_tier = extremes.service_tier
            and charged.usage_date = extremes.usage_date
    group by
        charged.organization_id, charged.provider, charged.task_type_name, charged.service_tier,
        charged.usage_date

),

best_by_type as (

    select
        organization_id,
        provider,
        task_type_name,
        usage_date,
        {{ sum_units('case when best_flag = 1 then n_tasks else 0 end') }}
            as n_best_provider_tasks,
        sum(cheapest_cost_usd) as cheapest_cost_usd,
        sum(dearest_cost_usd) as dearest_cost_usd
    from best
    group by organization_id, provider, task_type_name, usage_date

),

summed as (

    select
        organization_id,
        provider,
        task_type_name,
        min(input_version) as input_version,
        count(*) as n_tasks,
        count(routing_decision_id) as n_routed_tasks,
        count(case when is_comparable then 1 end) as n_comparable_tasks,
        count(case when savings_status = 'estimated' then 1 end) as n_compared_tasks,
        count(case when savings_usd < 0 then 1 end) as n_negative_savings_tasks,
        sum(case when is_comparable then actual_cost_usd end) as comparable_cost_usd,
        sum(case when savings_status = 'estimated' then actual_cost_usd end)
            as compared_actual_cost_usd,
        sum(case when savings_status = 'estimated' then baseline_cost_usd end)
            as baseline_cost_usd,
        sum(case when is_comparable then promised_cost_usd end) as promised_cost_usd,
        sum(case when is_comparable and promised_cost_usd is not null then actual_cost_usd end)
            as promised_actual_cost_usd,
        sum(case when savings_usd is not null then promised_savings_usd end)
            as promised_savings_usd,
        sum(case when promised_savings_usd is not null then savings_usd end)
            as realised_savings_usd,
        sum(case when is_comparable then cheapest_alternative_cost_usd end)
            as cheapest_alternative_cost_usd,
        sum(
            case
                when is_comparable and cheapest_alternative_cost_usd is not null
                    then actual_cost_usd
            end
        ) as alternative_actual_cost_usd,
        usage_date,
        max(loaded_at) as loaded_at
    from judged_tasks
    group by organization_id, provider, task_type_name, usage_date

),

final as (

    select
        summed.usage_date,
        summed.organization_id,
        summed.provider,
        summed.task_type_name as task_type,
        summed.n_tasks,
        summed.n_routed_tasks,
        summed.n_comparable_tasks,
        summed.n_compared_tasks,
        summed.n_negative_savings_tasks,
        coalesce(best_by_type.n_best_provider_tasks, 0) as n_best_provider_tasks,
        {{ share_of('best_by_type.n_best_provider_tasks', 'summed.n_comparable_tasks') }}
            as best_provider_share,
        {{ share_of('summed.n_negative_savings_tasks', 'summed.n_compared_tasks') }}
            as negative_savings_share,
        {%- for amount in [
            'promised_cost_usd', 'promised_actual_cost_usd', 'promised_savings_usd',
            'realised_savings_usd', 'cheapest_alternative_cost_usd',
            'alternative_actual_cost_usd', 'comparable_cost_usd', 'compared_actual_cost_usd',
            'baseline_cost_usd'
        ] %}
        cast(summed.{{ amount }} as {{ numeric_type() }}) as {{ amount }},
        {%- endfor %}
        cast(best_by_type.cheapest_cost_usd as {{ numeric_type() }}) as cheapest_cost_usd,
        cast(best_by_type.dearest_cost_usd as {{ numeric_type() }}) as dearest_cost_usd,
        cast(summed.baseline_cost_usd - summed.compared_actual_cost_usd as {{ numeric_type() }})
            as policy_savings_usd,
        cast(best_by_type.dearest_cost_usd - summed.comparable_cost_usd as {{ numeric_type() }})
            as dearest_savings_usd,
        {{ surrogate_key([
            'summed.organization_id', 'summed.usage_date', 'summed.provider',
            'summed.task_type_name'
        ]) }} as routing_quality_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        summed.input_version,
        summed.loaded_at
    from summed
    left join best_by_type
        on
            summed.organization_id = best_by_type.organization_id
            and summed.provider = best_by_type.provider
            and summed.task_type_name = best_by_type.task_type_name
            and summed.usage_date = best_by_type.usage_date

)

select * from final
