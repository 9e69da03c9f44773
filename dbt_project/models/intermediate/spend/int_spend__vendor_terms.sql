{#
One row per UTC day, model, service tier, context window, region and speed of Anthropic's own costs, in US dollars. Two
words of the vendor's for nothing are one row.
#}
with

cost_terms as (

    select * from {{ ref('stg_anthropic__cost_terms') }}

),

fx_rates as (

    select * from {{ ref('fx_rates') }}

),

final as (

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

)

select * from final
