{#
The money of ledger lines by cost component, as columns of a group; NULL where the group has
none of a kind.
#}
{% macro cost_of_components() -%}
sum(case when cost_component = 'input' then spend_usd end) as input_cost_usd,
sum(case when cost_component = 'output' then spend_usd end) as output_cost_usd,
sum(
    case when cost_component in ('cache_write_5m', 'cache_write_1h') then spend_usd end
) as cache_write_cost_usd,
sum(case when cost_component = 'cache_read' then spend_usd end) as cache_read_cost_usd,
sum(case when cost_component = 'web_search' then spend_usd end) as web_search_cost_usd,
sum(
    case when cost_component = 'code_execution' then spend_usd end
) as code_execution_cost_usd,
sum(case when cost_component = 'seat' then spend_usd end) as seat_cost_usd,
sum(
    case
        when
            cost_component not in (
                'input',
                'output',
                'cache_write_5m',
                'cache_write_1h',
                'cache_read',
                'web_search',
                'code_execution',
                'seat'
            )
            then spend_usd
    end
) as other_cost_usd
{%- endmacro %}
