{#
One row per UTC day, model, service tier, context window, region and speed of Anthropic's own costs: requests, list price,
discount and what is charged. Days of an organisation whose key may not read them are not here.
#}
{{ daily_table('usage_date', cluster_by=['model']) }}
with

terms as (

    select * from {{ ref('int_spend__vendor_terms') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

final as (

    select
        terms.usage_date,
        'anthropic' as vendor,
        terms.model,
        terms.service_tier,
        terms.context_window,
        terms.inference_geo,
        terms.speed,
        terms.n_requests,
        cast(terms.list_usd as {{ numeric_type() }}) as list_usd,
        cast(terms.list_usd - terms.charged_usd as {{ numeric_type() }}) as discount_usd,
        cast(terms.charged_usd as {{ numeric_type() }}) as charged_usd,
        day_versions.is_provisional,
        {{ surrogate_key([
            'terms.usage_date', 'terms.model', 'terms.service_tier', 'terms.context_window',
            'terms.inference_geo', 'terms.speed'
        ]) }} as vendor_terms_id,
        day_versions.input_version,
        day_versions.day_loaded_at as loaded_at
    from terms
    inner join day_versions
        on terms.usage_date = day_versions.usage_date

)

select * from final
