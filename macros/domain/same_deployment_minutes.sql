{#
How far apart, in minutes, GitHub and a CI job may tell of one deployment: of the same commit, to the
same service and environment.
#}
{% macro same_deployment_minutes() -%}
60
{%- endmacro %}
