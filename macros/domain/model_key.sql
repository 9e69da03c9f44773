{#
The name by which a model is matched, whatever report, price list or person wrote it: lower case, one separator, without a
cloud's prefix (`us.anthropic.`, `anthropic/`), the day of an edition (`-20251001`, `@20251001`), a cloud's version
(`-v1:0`) and Claude Code's `[1m]`; `claude-3-5-haiku` and `claude-haiku-3.5` are one. Never shown: names shown are the
vendor's. Only names of Claude lose more than case and separators: another vendor's editions may differ in price.
#}
{% macro model_key(expression) -%}
{%- set plain = regexp_replaced("lower(" ~ identity_text(expression) ~ ")", '[._ ]+', '-') -%}
{%- set bare = regexp_replaced(plain, '^.*[-/:](claude-)', '\\1') -%}
{%- set undated = regexp_replaced(
    bare,
    '^(claude-.*?)(-v[0-9]+)?([@-](20[0-9]{6}|20[0-9]{2}-[0-9]{2}-[0-9]{2}|latest|default))?(-v[0-9]+(:[0-9a-z]+)*)?-?([[][^]]*[]])?$',
    '\\1'
) -%}
{{ regexp_replaced(undated, '^claude-([0-9]+)(-[0-9]+)?-([a-z]+)', 'claude-\\3-\\1\\2') }}
{%- endmacro %}
