{#
One row per UTC day, model, service tier, context window, region and speed of Anthropic's own costs: requests, list price,
discount and what is charged. Days of an organisation whose key may not read them are not here.
#}
{{ daily_table('usage_date', cluster_by=['model']) }}
with

cost_terms as (

    select * from {{ ref('stg_anthropic__cost_terms') }}

),

fx_rates as (

    select * from {{ ref('fx_rates') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

-- Two words of the vendor's for nothing are one row.
summed as (

    select
        cost_terms.usage_date,
        cost_terms.model,
        cost_terms.service_tier,
        cost_terms.context_window,
        cost_terms.inference_geo,
        cost_terms.speed,
        {{ sum_units('cost_terms.n_requests') }} as n_requests,
        sum(
            cast(
                cost_terms.list_usd * {{ to_numeric('fx_rates.usd_per_unit_text') }}
                as {{ numeric_type() }}
            )
        ) as list_usd,
        sum(
            cast(
                cost_terms.charged_usd * {{ to_numeric('fx_rates.usd_per_unit_text') }}
                as {{ numeric_type() }}
            )
        ) as charged_usd
    from cost_terms
    left join fx_rates
        on
            coalesce(cost_terms.currency, 'USD') = fx_rates.currency
            and cost_terms.usage_date >= fx_rates.valid_from
            and cost_terms.usage_date < coalesce(fx_rates.valid_to, cast('9999-12-31' as date))
    group by
        cost_terms.usage_date,
        cost_terms.model,
        cost_terms.service_tier,
        cost_terms.context_window,
        cost_terms.inference_geo,
        cost_terms.speed

),

final as (

    select
        summed.usage_date,
        'anthropic' as vendor,
        summed.model,
        summed.service_tier,
        summed.context_window,
        summed.inference_geo,
        summed.speed,
        summed.n_requests,
        cast(summed.list_usd as {{ numeric_type() }}) as list_usd,
        cast(summed.list_usd - summed.charged_usd as {{ numeric_type() }}) as discount_usd,
        cast(summed.charged_usd as {{ numeric_type() }}) as charged_usd,
        day_versions.is_provisional,
        {{ surrogate_key([
            'summed.usage_date', 'summed.model', 'summed.service_tier', 'summed.context_window',
            'summed.inference_geo', 'summed.speed'
        ]) }} as vendor_terms_id,
        day_versions.input_version,
        day_versions.day_loaded_at as loaded_at
    from summed
    inner join day_versions
        on summed.usage_date = day_versions.usage_date

)

select * from final
