{# Epoch milliseconds (text or integer) to a UTC timestamp. #}
{% macro ms_to_timestamp(expression) -%}
{{ return(adapter.dispatch('ms_to_timestamp', 'ai_usage')(expression)) }}
{%- endmacro %}
{% macro default__ms_to_timestamp(expression) %}epoch_ms(cast({{ expression }} as bigint)){% endmacro %}
{% macro bigquery__ms_to_timestamp(expression) %}timestamp_millis(cast({{ expression }} as int64)){% endmacro %}
