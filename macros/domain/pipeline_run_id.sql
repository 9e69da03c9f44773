{#
The run that computed a row: PIPELINE_RUN_ID where a scheduler sets one, else dbt's own invocation
id.
#}
{% macro pipeline_run_id() -%}
cast('{{ env_var("PIPELINE_RUN_ID", "") or invocation_id }}' as {{ dbt.type_string() }})
{%- endmacro %}
