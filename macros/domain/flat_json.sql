{#
A flat JSON object of text values from pairs of key and column. A key whose column is NULL is left out; NULL when
nothing is left.
#}
{% macro flat_json(pairs) -%}
{%- set members = [] -%}
{%- for key, column in pairs -%}
{%- set member = dbt.concat(["',\"" ~ key ~ "\":'", json_text(column)]) -%}
{%- do members.append("coalesce(" ~ member ~ ", '')") -%}
{%- endfor -%}
case
        when coalesce({{ pairs | map(attribute=1) | join(', ') }}) is not null
            then {{ dbt.concat(["'{'", "substr(" ~ dbt.concat(members) ~ ", 2)", "'}'"]) }}
    end
{%- endmacro %}
