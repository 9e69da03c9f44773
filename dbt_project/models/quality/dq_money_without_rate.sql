{#
One row per UTC day, report and currency of amounts that a vendor states in a currency without a rate: they are in no
figure until the rate is known; Anthropic's own costs by person and key are not taken on such a day.
#}
with

cost_lines as (

    select * from {{ ref('stg_anthropic__cost_lines') }}

),

actor_costs as (

    select * from {{ ref('stg_anthropic__actor_costs') }}

),

user_costs as (

    select * from {{ ref('stg_claude_ai__user_costs') }}

),

fx_rates as (

    select * from {{ ref('fx_rates') }}

),

stated as (

    select
        'cost report of Anthropic' as report_name,
        'the money is in no figure' as consequence,
        currency,
        line_cost_usd as stated_amount,
        usage_date
    from cost_lines

    union all

    select
        'cost report of claude.ai' as report_name,
        'the money is in no figure' as consequence,
        currency,
        charged_usd as stated_amount,
        usage_date
    from user_costs

    union all

    select
        'list of costs by person and key of Anthropic' as report_name,
        'the day is split by usage instead' as consequence,
        currency,
        charged_usd as stated_amount,
        usage_date
    from actor_costs

),

unrated as (

    select
        stated.report_name,
        stated.consequence,
        stated.currency,
        sum(stated.stated_amount) as stated_amount,
        stated.usage_date
    from stated
    left join fx_rates
        on
            coalesce(stated.currency, 'USD') = fx_rates.currency
            and stated.usage_date >= fx_rates.valid_from
            and stated.usage_date < coalesce(fx_rates.valid_to, cast('9999-12-31' as date))
    where fx_rates.currency is null and stated.stated_amount is not null
    group by stated.report_name, stated.consequence, stated.currency, stated.usage_date

),

final as (

    select
        {{ finding_columns(
            check_name="'money_without_rate'",
            check_scope=sentence(['report_name', "' in '", 'currency']),
            finding=sentence([
                "'the '", 'report_name', "' states '", decimal_text('stated_amount'), "' '",
                'currency', "' on '", 'usage_date',
                "', a currency without a rate on that day: '", 'consequence'
            ]),
            observed_value='stated_amount',
            check_date='usage_date'
        ) }},
        currency
    from unrated

)

select * from final
