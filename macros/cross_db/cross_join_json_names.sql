{#
Joins each row with the names that stand in a JSON text, those inside new objects included; the name
is called `json_name`.
#}
{% macro cross_join_json_names(expression) -%}
{{ return(adapter.dispatch('cross_join_json_names', 'ai_usage')(expression)) }}
{%- endmacro %}
{% macro default__cross_join_json_names(expression) -%}
cross join
    unnest(regexp_extract_all({{ expression }}, '"([^"\\]+)"\s*:', 1)) as json_names (json_name)
{%- endmacro %}
{% macro bigquery__cross_join_json_names(expression) -%}
cross join unnest(regexp_extract_all({{ expression }}, r'"([^"\\]+)"\s*:')) as json_name
{%- endmacro %}
