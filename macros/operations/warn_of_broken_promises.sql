{#
Says at the end of a run which columns broke which promise, and in how many rows: a failed test itself says only that rows
failed. The rows are not shown, because logs hold no data. Only tests that failed are asked, so a sound run asks nothing.
#}
{% macro warn_of_broken_promises(results) %}
{%- if execute -%}
    {%- for result in results
        if result.status in ('fail', 'warn') and result.node.resource_type == 'test' and result.node.test_metadata
        and result.node.test_metadata.name in ('column_promises', 'not_null_columns') -%}
        {%- set counted -%}
            select broken_promises, count(*) as n_rows
            from ({{ result.node.compiled_code }}) as broken
            group by broken_promises
            order by broken_promises
        {%- endset -%}
        {%- set table = result.node.depends_on.nodes[0].split('.')[2:] | join('.') -%}
        {%- for row in run_query(counted).rows -%}
            {%- do exceptions.warn(table ~ ': ' ~ row[0] ~ 'rows: ' ~ row[1]) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endif -%}
{% endmacro %}
