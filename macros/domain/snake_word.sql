{#
A name as an id: lower case, and one underscore for whatever stands between its letters and digits, so that "Claude Code",
"claude-code" and "claude_code" are one word. A name without any such letter is its own id.
#}
{% macro snake_word(text) -%}
{{ return(adapter.dispatch('snake_word', 'ai_usage')(text)) }}
{%- endmacro %}
{% macro default__snake_word(text) %}coalesce(nullif(trim(regexp_replace(lower({{ text }}), '[^a-z0-9]+', '_', 'g'), '_'), ''), lower({{ text }})){% endmacro %}
{% macro bigquery__snake_word(text) %}coalesce(nullif(trim(regexp_replace(lower({{ text }}), '[^a-z0-9]+', '_'), '_'), ''), lower({{ text }})){% endmacro %}
