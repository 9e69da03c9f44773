{#
Joins each row with the entries of a JSON list of objects; the entry is called `json_entry` and read with json_entry_text.
A list that is NULL or empty has no entries.
#}
{% macro cross_join_json_list(expression, fields) -%}
{{ return(adapter.dispatch('cross_join_json_list', 'ai_usage')(expression, fields)) }}
{%- endmacro %}
{% macro default__cross_join_json_list(expression, fields) -%}
cross join
    unnest(from_json({{ expression }}, '[{"{{ fields | join('":"VARCHAR","') }}":"VARCHAR"}]'))
        as json_entries (json_entry)
{%- endmacro %}
{% macro bigquery__cross_join_json_list(expression, fields) -%}
cross join unnest(json_query_array({{ expression }})) as json_entry
{%- endmacro %}
