{#
Where software was deployed, in three words, from the name of an environment: development, staging
or production. GitHub's own mark of production goes before the name; one that ends with a pull
request is development. NULL: nobody knows.
#}
{% macro deployment_environment(name, is_production, is_transient) -%}
case
    when {{ is_production }} or lower({{ name }}) in ('production', 'prod', 'live') then 'production'
    when lower({{ name }}) in ('staging', 'stage', 'preprod', 'pre-production', 'uat', 'qa') then 'staging'
    when {{ is_transient }} or lower({{ name }}) in ('development', 'dev', 'test', 'testing', 'preview', 'sandbox')
        then 'development'
end
{%- endmacro %}
