{#
One row per line of the Anthropic bill: what the cost report says of one `line_key` (int_spend__bill_records) together.
#}
with

bill_records as (

    select * from {{ ref('int_spend__bill_records') }}

),

-- One row per key: two lines of one key would each be split over the same usage. So the vendor's
-- two words for no region meet, and so do web searches, whatever else their lines name.
final as (

    select
        line_key,
        max(line_kind) as line_kind,
        workspace_key,
        case
            when min(coalesce(model_key, '')) = max(coalesce(model_key, '')) then max(model)
        end as model,
        cost_component,
        max(service_tier) as service_tier,
        max(billed_speed) as billed_speed,
        max(context_window) as context_window,
        max(nullif(inference_geo, 'not_available')) as inference_geo,
        count(*) as n_bill_lines,
        sum(line_cost_usd) as line_cost_usd,
        usage_date
    from bill_records
    group by line_key, usage_date, workspace_key, cost_component

)

select * from final
