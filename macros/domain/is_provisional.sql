{# Vendors still revise the 30 days before AS_OF: figures of those days may change. #}
{% macro is_provisional(date_column) -%}
{{ date_column }} >= cast({{ dbt.dateadd('day', -30, as_of_date()) }} as date)
{%- endmacro %}
