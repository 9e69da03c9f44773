{#
The model says what others say: in each group `by`, each of the `measures` adds up to what it adds up to in `to`, to the
last digit. Of the model those rows count that `only` says. Returns the groups that differ, with both sums.

`by` and `measures` are columns, or names with SQL. `to` is a relation with the same columns, or a list of sides, each a
mapping: `relation`, a ref or a query in brackets; `only`, its rows that count; `by`, SQL for groups that are called
otherwise there; `measures`, those that this side has a part in, with their SQL (without: all, under their names).

NULL adds nothing, like a row that is not there. With `complete` every group of `to` must stand in the model, be it with
nothing; with `keeps_unknown` a sum of which nothing is known must be unknown on both sides.
#}
{% test adds_up(model, to, by, measures, only=none, complete=false, keeps_unknown=false) %}
{%- set by, measures = with_names(by), with_names(measures) -%}
{%- set sides = [{'relation': model, 'only': only, 'by': by, 'measures': measures}] -%}
{#- dbt's relations are mappings too. -#}
{%- for side in (to if to is sequence and to is not string and to is not mapping else [to]) -%}
{%- set side = side if side is mapping and 'relation' in side else {'relation': side} -%}
{%- set groups = {} -%}
{%- for name in by -%}
{%- do groups.update({name: with_names(side.get('by', [])).get(name, name)}) -%}
{%- endfor -%}
{%- do sides.append({
    'relation': side.relation, 'only': side.get('only'), 'by': groups,
    'measures': with_names(side.get('measures', measures.keys() | list))
}) -%}
{%- endfor -%}
{%- set groups_text = by.keys() | join(', ') -%}
{%- set sums, wrong = [], [] -%}
{%- if complete -%}
{%- do wrong.append('max(is_of_model) = 0') -%}
{%- endif -%}
{%- for name in measures -%}
{%- set nothing = to_numeric("'0'") -%}
{%- set found = 'sum(case when is_of_model = 1 then ' ~ name ~ ' end)' -%}
{%- set expected = 'sum(case when is_of_model = 0 then ' ~ name ~ ' end)' -%}
{%- do sums.append(found ~ ' as ' ~ name ~ '_found, ' ~ expected ~ ' as ' ~ name ~ '_expected') -%}
{%- do wrong.append('coalesce(' ~ found ~ ', ' ~ nothing ~ ') <> coalesce(' ~ expected ~ ', ' ~ nothing ~ ')') -%}
{%- if keeps_unknown -%}
{%- do wrong.append('(' ~ found ~ ' is null) <> (' ~ expected ~ ' is null)') -%}
{%- endif -%}
{%- endfor %}
with

figures as (

    {% for side in sides %}
    select
        {% for name, expression in side.by.items() %}
        {{ expression }} as {{ name }},
        {% endfor %}
        {% for name in measures %}
        {{ to_numeric(side.measures.get(name, 'null')) }} as {{ name }},
        {% endfor %}
        {{ 1 if loop.first else 0 }} as is_of_model
    from {{ side.relation }} as side_{{ loop.index }}
    {% if side.only %}
    where {{ side.only }}
    {% endif %}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

)

select
    {{ groups_text }},
    {{ sums | join(',\n    ') }}
from figures
group by {{ groups_text }}
having
    {{ wrong | join('\n    or ') }}
{% endtest %}
