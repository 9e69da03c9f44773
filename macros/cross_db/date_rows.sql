{# A select of one row per day, column date_day, both ends included. #}
{% macro date_rows(first_day, last_day) -%}
{{ return(adapter.dispatch('date_rows', 'ai_usage')(first_day, last_day)) }}
{%- endmacro %}
{% macro default__date_rows(first_day, last_day) -%}
    select cast(day_series.date_day as date) as date_day
    from generate_series({{ first_day }}, {{ last_day }}, interval 1 day) as day_series (date_day)
{%- endmacro %}
{% macro bigquery__date_rows(first_day, last_day) -%}
    select date_day
    from unnest(generate_date_array({{ first_day }}, {{ last_day }}, interval 1 day)) as date_day
{%- endmacro %}
