{#
Every scenario without an end starts from the same money: the list value of all use since its first day, compared or
not, and all of its tokens. Returns the scenarios that lose or double some.
#}
with

scenarios as (

    select * from {{ ref('price_scenarios') }}

),

wanted as (

    select
        scenarios.scenario,
        sum(coalesce(priced_usage.list_value_usd, {{ to_numeric("'0'") }})) as list_total,
        sum(
            case
                when priced_usage.cost_component <> 'web_search' then priced_usage.n_units
                else 0
            end
        ) as token_total
    from scenarios
    inner join {{ ref('int_spend__priced_usage') }} as priced_usage
        on
            scenarios.valid_from <= priced_usage.usage_date
            and coalesce(scenarios.valid_to, cast('9999-12-31' as date)) > priced_usage.usage_date
    group by scenarios.scenario

),

found as (

    select
        scenario,
        sum(
            coalesce(actual_list_usd, {{ to_numeric("'0'") }})
            + coalesce(uncompared_list_usd, {{ to_numeric("'0'") }})
        ) as list_total,
        sum(total_tokens) as token_total
    from {{ ref('mart_finance__price_simulation') }}
    group by scenario

)

select
    wanted.scenario,
    wanted.list_total,
    found.list_total as found_total
from wanted
left join found
    on wanted.scenario = found.scenario
where
    wanted.list_total <> coalesce(found.list_total, {{ to_numeric("'-1'") }})
    or wanted.token_total <> coalesce(found.token_total, -1)
