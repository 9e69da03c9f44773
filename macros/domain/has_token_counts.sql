{#
Whether a task of a relation states its tokens, all together or of a class; a stated zero is a count.
#}
{% macro has_token_counts(relation) -%}
coalesce({{ relation }}.total_tokens, {{ token_columns(relation) }}) is not null
{%- endmacro %}
