{#
One row per product in Anthropic's reports of money or use that nobody has listed (seed product_platforms): it counts, under
claude.ai or under its workspace's platform. `other` is the vendor's own word for what it does not know either.
#}
with

user_costs as (

    select * from {{ ref('stg_claude_ai__user_costs') }}

),

user_usage as (

    select * from {{ ref('stg_claude_ai__user_usage') }}

),

organization_costs as (

    select * from {{ ref('stg_claude_ai__organization_costs') }}

),

actor_costs as (

    select * from {{ ref('stg_anthropic__actor_costs') }}

),

product_platforms as (

    select * from {{ ref('product_platforms') }}

),

seen as (

    select
        'user_cost_report' as resource_name,
        product,
        charged_usd,
        usage_date
    from user_costs

    union all

    select
        'user_usage_report' as resource_name,
        product,
        cast(null as {{ numeric_type() }}) as charged_usd,
        usage_date
    from user_usage

    union all

    select
        'organization_cost_report' as resource_name,
        product,
        charged_usd,
        usage_date
    from organization_costs

    union all

    select
        'analytics_cost' as resource_name,
        product,
        charged_usd,
        usage_date
    from actor_costs

),

unlisted as (

    select
        seen.resource_name,
        seen.product,
        count(*) as n_rows,
        sum(seen.charged_usd) as charged_usd,
        min(seen.usage_date) as first_date,
        max(seen.usage_date) as last_date
    from seen
    left join product_platforms
        on seen.product = product_platforms.product
    where seen.product <> 'other' and product_platforms.product is null
    group by seen.resource_name, seen.product

),

final as (

    select
        {{ finding_columns(
            check_name="'unknown_product'",
            check_scope=dbt.concat(['resource_name', "' '", 'product']),
            finding=sentence([
                'resource_name', "' names the product '", 'product', "' in '", 'n_rows', "' rows from '",
                'first_date', "' to '", 'last_date', "' (charged: '",
                "case when charged_usd is null then 'not stated' else " ~ decimal_text('charged_usd') ~ " end",
                "' USD), and no rule says which platform it is'"
            ]),
            observed_value='n_rows',
            expected_value='0',
            check_date='last_date'
        ) }},
        resource_name,
        product,
        cast(n_rows as {{ dbt.type_bigint() }}) as n_rows
    from unlisted

)

select * from final
