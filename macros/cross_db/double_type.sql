{#
Binary floating point of 64 bits. Only for shapes that others decided: money of our own is numeric_type().
#}
{% macro double_type() %}{{ return(adapter.dispatch('double_type')()) }}{% endmacro %}

{% macro default__double_type() %}double{% endmacro %}

{% macro bigquery__double_type() %}float64{% endmacro %}
