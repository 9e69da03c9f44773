{#
Within how many hours a hotfix, a revert or a rollback is taken for the answer to the deployment
before it.
#}
{% macro hotfix_hours() -%}
24
{%- endmacro %}
