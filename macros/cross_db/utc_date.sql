{#
The UTC day of an instant, whatever time zone the session has. NULL stays NULL.
#}
{% macro utc_date(instant) -%}
cast({{ utc_timestamp(instant) }} as date)
{%- endmacro %}
