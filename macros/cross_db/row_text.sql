{#
A whole row (a relation's name in the query) as text. Only for text, dates, integers and booleans:
see surrogate_key.
#}
{% macro row_text(relation) -%}
{{ return(adapter.dispatch('row_text', 'ai_usage')(relation)) }}
{%- endmacro %}
{% macro default__row_text(relation) %}cast(to_json({{ relation }}) as varchar){% endmacro %}
{% macro bigquery__row_text(relation) %}to_json_string({{ relation }}){% endmacro %}
