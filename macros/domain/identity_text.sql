{#
A text that somebody typed, or that names somebody or something, as it is read and compared: without characters that cannot be
seen (zero-width, direction marks, a byte order mark), with one blank for every run of white space, newlines and no-break
blanks, none around. As persons/folding.py sees it; alike on both engines, whose `trim` differs. What is empty then is NULL.
#}
{% macro identity_text(expression) -%}
{%- set seen = regexp_replaced(
    expression, '[\\p{Cf}\\x{034F}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}\\x{FE00}-\\x{FE0F}]', ''
) -%}
nullif(trim({{ regexp_replaced(seen, '[\\s\\x{0085}\\p{Z}]+', ' ') }}), '')
{%- endmacro %}
