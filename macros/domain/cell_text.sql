{#
What stands in a cell, without the white space and the invisible characters around it (those of web pages and chats
too, which trim() leaves on one engine and takes on the other); a cell with nothing else is empty.
#}
{% macro cell_text(expression) -%}
{%- set blanks =
    '[:space:]\u0085\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff' -%}
nullif({{ regexp_replaced(expression, '^[' ~ blanks ~ ']+|[' ~ blanks ~ ']+$', '') }}, '')
{%- endmacro %}
