{# Joins each row with the parts of a delimited text; the part is called `split_value`. #}
{% macro cross_join_split(expression, delimiter) -%}
{{ return(adapter.dispatch('cross_join_split', 'ai_usage')(expression, delimiter)) }}
{%- endmacro %}
{% macro default__cross_join_split(expression, delimiter) -%}
cross join unnest(string_split({{ expression }}, '{{ delimiter }}')) as split_values (split_value)
{%- endmacro %}
{% macro bigquery__cross_join_split(expression, delimiter) -%}
cross join unnest(split({{ expression }}, '{{ delimiter }}')) as split_value
{%- endmacro %}
