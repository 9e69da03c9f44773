{#
The key by which a line of the bill and the usage behind it are matched: its kind on its day.
#}
{% macro spend_line_key() -%}
{{ spend_line_kind(['usage_date']) }}
{%- endmacro %}
