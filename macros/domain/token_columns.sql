{#
The tokens of a relation by class, as a list of columns: for coalesce.
#}
{% macro token_columns(relation) -%}
{%- for class in token_classes() -%}
{{ relation }}.{{ class }}_tokens{{ ', ' if not loop.last }}
{%- endfor -%}
{%- endmacro %}
