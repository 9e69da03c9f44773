{#
The money that may be added is the ledger's: the rows that the model's YAML names under `meta.money` (`rows`, a condition;
`one`, columns of which one value at a time) add up to what the ledger holds of the same, for each value of `one`. Reads the
rows from the YAML, so that what is promised is what is added. Returns the values whose sums differ, with both sums.

`measures` are names with the ledger's SQL, or with a mapping: `here` and `ledger`. `of` says which rows of the ledger are
meant, `whole` which of the model's values of `one` hold all of them (others hold a part, like budgets of some teams).
#}
{% test money_is_the_ledger(model, to, measures, of='true', whole='true') %}
{%- set money = {} -%}
{%- if execute -%}
    {%- set node = graph.nodes.get('model.ai_usage.' ~ model.identifier) -%}
    {%- set money = (node.config.meta.get('money', {}) if node else {}) -%}
{%- endif -%}
{%- set one = money.get('one', []) -%}
{%- set found, expected, both, wrong = one | list, [], [], [] -%}
{%- for column in one -%}
    {%- do both.append('here.' ~ column) -%}
{%- endfor -%}
{%- for name, sql in measures.items() -%}
    {%- set sides = sql if sql is mapping else {'here': name, 'ledger': sql} -%}
    {%- do found.append(to_numeric('sum(' ~ sides.here ~ ')') ~ ' as ' ~ name) -%}
    {%- do expected.append(to_numeric('sum(' ~ sides.ledger ~ ')') ~ ' as ' ~ name) -%}
    {%- do both.append('here.' ~ name ~ ' as ' ~ name ~ '_found, ledger.' ~ name ~ ' as ' ~ name ~ '_expected') -%}
    {%- do wrong.append('coalesce(here.' ~ name ~ ', 0) <> coalesce(ledger.' ~ name ~ ', 0)') -%}
{%- endfor %}
with

here as (

    select
        {{ found | join(',\n        ') }}
    from {{ model }} as model_rows
    where ({{ money.get('rows', 'true') }}) and ({{ whole }})
    {% if one %}
    group by {{ one | join(', ') }}
    {% endif %}

),

ledger as (

    select
        {{ expected | join(',\n        ') }}
    from {{ to }} as ledger_rows
    where {{ of }}

)

select
    {{ both | join(',\n    ') }}
from here
cross join ledger
where
    {{ wrong | join('\n    or ') }}
{% endtest %}
