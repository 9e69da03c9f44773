{#
One row per organisation and UTC day of its tasks or decisions, with a fingerprint of everything the day's figures are
made from: its tasks and all decisions of the day and of the day before (where a retry's first attempt or a decision may
stand), the prices in force, the organisation's baseline, the rules of the review and the task types of the router. The day is computed again when the
fingerprint changes.
#}
{{ config(materialized='table') }}
with

tasks as (

    select * from {{ ref('stg_orchestrator__task_executions') }}

),

decisions as (

    select * from {{ ref('int_savings__decisions') }}

),

prices as (

    select * from {{ ref('int_savings__prices') }}

),

policies as (

    select * from {{ ref('int_savings__policies') }}

),

review_rules as (

    select
        {{ dbt.hash(dbt.listagg(
            dbt.concat(['review_rule', "'='", 'threshold_text']), "'|'", 'order by review_rule'
        )) }} as rules_version
    from {{ ref('task_review_rules') }}

),

routing_types as (

    select
        {{ dbt.hash(dbt.listagg('task_type_word', "'|'", 'order by task_type_word')) }}
            as types_version
    from {{ ref('routing_task_types') }}

),

task_days as (

    select
        organization_id,
        usage_date,
        count(*) as n_tasks,
        0 as n_decisions,
        max(_loaded_at) as last_loaded_at
    from tasks
    group by organization_id, usage_date

),

decision_days as (

    select
        organization_id,
        decision_date as usage_date,
        0 as n_tasks,
        count(*) as n_decisions,
        max(_loaded_at) as last_loaded_at
    from decisions
    group by organization_id, decision_date

),

either_days as (

    select * from task_days

    union all

    select * from decision_days

),

organization_days as (

    select
        organization_id,
        usage_date,
        cast(sum(n_tasks) as {{ dbt.type_bigint() }}) as n_tasks,
        cast(sum(n_decisions) as {{ dbt.type_bigint() }}) as n_decisions,
        -- As a number, because the engines write an instant differently.
        {{ dbt.datediff(
            "cast('2000-01-01' as timestamp)", 'max(last_loaded_at)', 'microsecond'
        ) }} as load_number,
        max(last_loaded_at) as day_loaded_at
    from either_days
    group by organization_id, usage_date

),

-- Of all organisations: a decision may name another one than its task does, or none.
day_decisions as (

    select
        usage_date,
        sum(n_decisions) as n_decisions,
        {{ dbt.datediff(
            "cast('2000-01-01' as timestamp)", 'max(last_loaded_at)', 'microsecond'
        ) }} as load_number
    from decision_days
    group by usage_date

),

days as (

    select distinct usage_date from organization_days

),

day_prices as (

    select
        days.usage_date,
        {{ dbt.hash(dbt.listagg('prices.price_version', "'|'", 'order by prices.price_version')) }}
            as prices_version
    from days
    inner join prices
        on
            days.usage_date >= prices.valid_from_date
            and days.usage_date < coalesce(prices.valid_to_date, cast('9999-12-31' as date))
    group by days.usage_date

),

final as (

    select
        {{ surrogate_key([
            'organization_days.organization_id', 'organization_days.usage_date',
            'organization_days.n_tasks', 'organization_days.load_number',
            'day_before.n_tasks', 'day_before.load_number',
            'day_decisions.n_decisions', 'day_decisions.load_number',
            'decisions_before.n_decisions', 'decisions_before.load_number',
            'day_prices.prices_version', 'review_rules.rules_version',
            'routing_types.types_version',
            'policies.baseline_provider', 'policies.baseline_model'
        ]) }} as input_version,
        organization_days.organization_id,
        policies.baseline_provider,
        policies.baseline_model,
        organization_days.n_tasks,
        organization_days.n_decisions,
        organization_days.usage_date,
        organization_days.day_loaded_at
    from organization_days
    cross join review_rules
    cross join routing_types
    left join organization_days as day_before
        on
            organization_days.organization_id = day_before.organization_id
            and organization_days.usage_date
            = {{ day_after('day_before.usage_date') }}
    left join day_decisions
        on organization_days.usage_date = day_decisions.usage_date
    left join day_decisions as decisions_before
        on
            organization_days.usage_date
            = {{ day_after('decisions_before.usage_date') }}
    left join day_prices
        on organization_days.usage_date = day_prices.usage_date
    left join policies
        on
            organization_days.organization_id = policies.organization_id
            and organization_days.usage_date >= policies.valid_from_date
            and organization_days.usage_date < policies.valid_to_date

)

select * from final
