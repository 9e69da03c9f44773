{#
One row per provider and price list that tasks are charged by: all classes of units beside each other. Kinds of tasks and
periods that are charged alike share a row; which prices it is made of stands in dim_provider_pricing.
#}
{%- set charged_units = token_classes() + ['any'] %}
with

rates as (

    select * from {{ ref('int_savings__rates') }}

),

final as (

    select
        provider,
        min(pricing_model) as pricing_model,
        {%- for unit in charged_units %}
        min({{ unit }}_usd_per_million_units) as {{ unit }}_usd_per_million_units,
        {%- endfor %}
        price_version,
        min(member_price_versions) as member_price_versions,
        {{ surrogate_key(['provider', 'price_version']) }} as savings_rate_id
    from rates
    group by provider, price_version

)

select * from final
