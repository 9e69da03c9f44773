{# A field of an entry of cross_join_json_list, as text; NULL where the entry lacks it. #}
{% macro json_entry_text(field) -%}
{{ return(adapter.dispatch('json_entry_text', 'ai_usage')(field)) }}
{%- endmacro %}
{% macro default__json_entry_text(field) %}json_entry.{{ field }}{% endmacro %}
{% macro bigquery__json_entry_text(field) %}json_value(json_entry, '$.{{ field }}'){% endmacro %}
