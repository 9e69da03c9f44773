{#
The instant that counts as now, in UTC, written as `form` says (strftime): AS_OF (a day is its midnight, what has no offset
is UTC), read as `warehouse/settings.py` reads it, or when the run began.
#}
{% macro as_of_text(form) -%}
{%- set text = env_var('AS_OF', '') | trim -%}
{%- set moment = modules.datetime.datetime.fromisoformat(text) if text else run_started_at -%}
{%- set utc = modules.pytz.utc %}
{{- moment.replace(tzinfo=moment.tzinfo or utc).astimezone(utc).strftime(form) }}
{%- endmacro %}
