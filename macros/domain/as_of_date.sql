{# Today's UTC date as a literal, or AS_OF's date so that a run can be repeated. #}
{% macro as_of_date() -%}
{%- set as_of = env_var('AS_OF', '') or run_started_at.strftime('%Y-%m-%d') -%}
cast('{{ as_of[:10] }}' as date)
{%- endmacro %}
