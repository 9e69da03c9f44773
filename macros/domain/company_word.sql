{#
The name of a company as an id: its `snake_word` without the form of the company behind it, so that "Anthropic, PBC",
"ANTHROPIC P.B.C." and "anthropic" are one word. A name of nothing but such a form is its own id.
#}
{% macro company_word(text) -%}
{%- set forms = [
    'p_?b_?c', 'inc', 'incorporated', 'l_?l_?c', 'ltd', 'limited', 'plc', 'corp', 'corporation', 'co', 'company',
    'gmbh', 'ag', 'b_?v', 's_?a', 's_?a_?r_?l', 'pty', 'pte'
] -%}
{{ regexp_replaced(snake_word(text), '(_(' ~ forms | join('|') ~ '))+$', '') }}
{%- endmacro %}
