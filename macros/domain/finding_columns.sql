{#
The columns every check returns, in the order of their contract; dq_findings puts the checks' rows under one another.
Without an expected value the promise of the index (quality_checks) is what was expected.
#}
{% macro finding_columns(
    check_name, check_scope, finding, observed_value, check_date, expected_value='null'
) -%}
{{ check_date }} as check_date,
{{ check_name }} as check_name,
{{ check_scope }} as check_scope,
{{ finding }} as finding,
{{ to_numeric(observed_value) }} as observed_value,
{{ to_numeric(expected_value) }} as expected_value
{%- endmacro %}
