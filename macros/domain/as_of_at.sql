{#
The instant that counts as now, in UTC, as a literal: AS_OF (a day begins at midnight), or when the
run began. By the comment `bin/build.py` finds it, to ask whether a model would say something else by now.
#}
{% macro as_of_at() -%}
{%- set as_of = env_var('AS_OF', '') or run_started_at.strftime('%Y-%m-%dT%H:%M:%S') -%}
{%- set said = as_of[:19] | replace('T', ' ') | replace('Z', '') -%}
cast(/* as of */ '{{ said ~ ' 00:00:00'[said | length - 10:] }}' as timestamp)
{%- endmacro %}
