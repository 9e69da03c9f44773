{# Text as a JSON string, quoted and escaped; NULL stays NULL. #}
{% macro json_text(expression) -%}
{{ return(adapter.dispatch('json_text', 'ai_usage')(expression)) }}
{%- endmacro %}
{% macro default__json_text(expression) %}cast(to_json({{ expression }}) as varchar){% endmacro %}
{% macro bigquery__json_text(expression) -%}
case when {{ expression }} is not null then to_json_string({{ expression }}) end
{%- endmacro %}
