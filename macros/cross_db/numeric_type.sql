{#
The money type inside a cast: BigQuery takes no parameters there, DuckDB's bare numeric has three
decimals.
#}
{% macro numeric_type() %}{{ return(adapter.dispatch('numeric_type', 'ai_usage')()) }}{% endmacro %}
{% macro default__numeric_type() %}decimal(38, 9){% endmacro %}
{% macro bigquery__numeric_type() %}numeric{% endmacro %}
