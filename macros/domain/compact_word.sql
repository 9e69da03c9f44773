{#
A word as it is compared with a rule: lower case, and only letters and digits of it, so that case, white space,
underscores and punctuation make no other word. Nothing left is no word.
#}
{% macro compact_word(expression) -%}
nullif({{ regexp_replaced('lower(' ~ expression ~ ')', '[^a-z0-9]', '') }}, '')
{%- endmacro %}
