{#
A name as an id: lower case, and one underscore for whatever stands between its letters and digits, so that "Claude Code",
"claude-code" and "claude_code" are one word. A name without any such letter is its own id.
#}
{% macro snake_word(text) -%}
{%- set lowered = 'lower(' ~ text ~ ')' -%}
coalesce(nullif(trim({{ regexp_replaced(lowered, '[^a-z0-9]+', '_') }}, '_'), ''), {{ lowered }})
{%- endmacro %}
