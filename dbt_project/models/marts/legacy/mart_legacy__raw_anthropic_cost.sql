{#
One row per UTC day, workspace, model and type of cost of the Anthropic bill in dollars, in the shape of the
predecessor's raw_anthropic_cost. The bill names no key.
#}
{{ config(schema='compatibility', materialized='view') }}
with

bill_lines as (

    select * from {{ ref('int_spend__bill_lines') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

typed as (

    select
        nullif(workspace_key, 'default') as workspace_id,
        model,
        {{ legacy_cost_type('cost_component') }} as cost_type,
        line_cost_usd,
        usage_date
    from bill_lines

),

summed as (

    select
        workspace_id,
        model,
        cost_type,
        sum(line_cost_usd) as cost_usd,
        usage_date
    from typed
    group by workspace_id, model, cost_type, usage_date

),

final as (

    select
        cast(null as {{ dbt.type_string() }}) as api_key_id,
        summed.workspace_id,
        summed.model,
        cast(summed.cost_usd as {{ double_type() }}) as cost_usd,
        summed.cost_type,
        summed.usage_date as cost_date,
        -- The bill is read in buckets of a day.
        cast(0 as {{ dbt.type_bigint() }}) as cost_hour,
        cast(day_versions.day_loaded_at as date) as ingest_date,
        day_versions.day_loaded_at as ingest_timestamp,
        {{ surrogate_key([
            'summed.usage_date', 'summed.workspace_id', 'summed.model', 'summed.cost_type'
        ]) }} as request_id,
        cast(null as json) as raw_response
    from summed
    inner join day_versions
        on summed.usage_date = day_versions.usage_date

)

select * from final
