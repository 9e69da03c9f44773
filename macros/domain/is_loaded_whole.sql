{#
Whether everything of a pull request's repository that happened on a day, or in the period that begins with it, is
loaded: what was touched later is loaded too, and would be taken for all that there was.
#}
{% macro is_loaded_whole(date_expression) -%}
coalesce({{ date_expression }} >= loaded_since_date, true)
{%- endmacro %}
