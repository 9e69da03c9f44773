{#
An instant as the project's timestamp, which is in UTC, whatever time zone the session has. NULL stays NULL.
#}
{% macro utc_timestamp(instant) -%}
{{ return(adapter.dispatch('utc_timestamp', 'ai_usage')(instant)) }}
{%- endmacro %}
{#
A cast would ask the calendar of the session's time zone for every row, which takes twenty times as long.
#}
{% macro default__utc_timestamp(instant) %}make_timestamp(epoch_us({{ instant }})){% endmacro %}
{% macro bigquery__utc_timestamp(instant) %}cast({{ instant }} as timestamp){% endmacro %}
