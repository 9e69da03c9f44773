{# Trimmed and lower-cased; an empty e-mail is no e-mail. #}
{% macro normalise_email(expression) -%}
nullif(lower(trim({{ expression }})), '')
{%- endmacro %}
