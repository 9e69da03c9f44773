{#
The instant that counts as now, in UTC, as a literal: AS_OF (a day begins at midnight), or when the
run began.
#}
{% macro as_of_at() -%}
{%- set as_of = env_var('AS_OF', '') or run_started_at.strftime('%Y-%m-%dT%H:%M:%S') -%}
{%- set said = as_of[:19] | replace('T', ' ') | replace('Z', '') -%}
cast('{{ said ~ ' 00:00:00'[said | length - 10:] }}' as timestamp)
{%- endmacro %}
