{# The vendor's fields of a raw table, from the source's YAML; without the loader's own columns. #}
{% macro raw_fields(source_name, raw_table) -%}
{%- set fields = [] -%}
{%- if execute -%}
{%- set node = graph.sources['source.ai_usage.' ~ source_name ~ '.' ~ raw_table] -%}
{%- for column in node.columns -%}
{%- if column not in ('usage_date', 'unknown_fields') and not column.startswith('_') -%}
{%- do fields.append(column) -%}
{%- endif -%}
{%- endfor -%}
{%- endif -%}
{{ return(fields) }}
{%- endmacro %}
