{#
Returns each row in which one of the given columns is NULL, and which, for tables whose names promise nothing yet: raw
ones, seeds, staging and intermediate. One query per table, where not_null would ask one per column.
#}
{% test not_null_columns(model, columns) %}
{%- set promises = [] -%}
{%- for column in columns -%}
    {%- do promises.append(column ~ ' is null') -%}
{%- endfor %}
{{ broken_promises(model, promises) }}
{% endtest %}
