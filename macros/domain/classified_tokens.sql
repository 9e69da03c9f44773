{#
The tokens of a relation that stand in a class, added; 0 where none is stated.
#}
{% macro classified_tokens(relation) -%}
{%- for class in token_classes() -%}
coalesce({{ relation }}.{{ class }}_tokens, 0){{ ' + ' if not loop.last }}
{%- endfor -%}
{%- endmacro %}
