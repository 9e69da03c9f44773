{#
One row per UTC day, model and actor of the Claude Code report who pays by API but appears under no key or account of
the messages report that day: whom the usage without identity in a Claude Code workspace belongs to.
#}
with

coverage as (

    select * from {{ ref('int_usage__claude_code_coverage') }}

),

records as (

    select * from {{ ref('int_usage__claude_code_records') }}
    where customer_type = 'api' and actor_type in ('person', 'api_key_name')

),

model_usage as (

    select * from {{ ref('stg_anthropic__claude_code_model_usage') }}

),

covered_actors as (

    select
        report_actor_type,
        report_actor_id,
        usage_date
    from coverage
    group by report_actor_type, report_actor_id, usage_date

),

weights as (

    select
        records.actor_type,
        records.actor_id,
        model_usage.model,
        -- Billionths of a dollar as whole numbers, so that a split by this weight is exact.
        cast(
            sum(model_usage.estimated_cost_usd) * 1000000000 as {{ dbt.type_bigint() }}
        ) as cost_weight,
        records.usage_date
    from records
    inner join model_usage
        on
            records.record_id = model_usage.record_id
            and records.usage_date = model_usage.usage_date
    left join covered_actors
        on
            records.actor_type = covered_actors.report_actor_type
            and records.actor_id = covered_actors.report_actor_id
            and records.usage_date = covered_actors.usage_date
    where covered_actors.usage_date is null
    group by records.actor_type, records.actor_id, model_usage.model, records.usage_date

)

select * from weights
where cost_weight > 0
