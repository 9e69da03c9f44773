{# Every source that lands in the warehouse, on or off: what is said of all of them runs over it. #}
{% macro source_names() -%}
{{ return([
    'anthropic', 'claude_ai', 'cursor', 'dev_events', 'gemini', 'github', 'orchestrator', 'sheets'
]) }}
{%- endmacro %}
