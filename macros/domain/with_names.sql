{# A column, columns, or names with their SQL, as a mapping of names to SQL. #}
{% macro with_names(given) -%}
{%- if given is mapping -%}
{{ return(given) }}
{%- endif -%}
{%- set named = {} -%}
{%- for name in ([given] if given is string else given) -%}
{%- do named.update({name: name}) -%}
{%- endfor -%}
{{ return(named) }}
{%- endmacro %}
