{# The type that a column's name promises; a name that promises none holds what the value is. #}
{% macro promised_type(column, value) -%}
{%- if column.endswith('_usd') or column.endswith('_share') or column.endswith('_confidence') -%}
{{ return(numeric_type()) }}
{%- elif column.startswith('n_') or column.endswith('_tokens') or value is integer -%}
{{ return(dbt.type_bigint()) }}
{%- elif column.startswith('is_') or column.startswith('has_') -%}
{{ return(dbt.type_boolean()) }}
{%- elif column.endswith('_date') -%}
{{ return('date') }}
{%- elif column.endswith('_at') -%}
{{ return(dbt.type_timestamp()) }}
{%- else -%}
{{ return(dbt.type_string()) }}
{%- endif -%}
{%- endmacro %}
