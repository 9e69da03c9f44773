{#
Keeps what the documented names of a model's columns promise: counts, tokens and dollars are not negative (except
where a name says `adjustment`), is_ and has_ are never NULL, shares lie between 0 and 1; and never NULL are the columns
that not_null_columns names. Returns each row that breaks a promise, and which. A credit or a correction can make money
negative: name such columns in signed_columns. Reads the names from the YAML, so it compiles without a database.
#}
{% test column_promises(model, signed_columns=[], not_null_columns=[]) %}
{%- set promises = [] -%}
{%- for column in not_null_columns -%}
    {%- do promises.append(column ~ ' is null') -%}
{%- endfor -%}
{%- if execute -%}
    {%- set node = graph.nodes.get('model.ai_usage.' ~ model.identifier) -%}
    {%- for column in (node.columns if node else {}) if column not in signed_columns -%}
        {%- if column.startswith('n_') or column.endswith('_tokens') -%}
            {%- do promises.append(column ~ ' < 0') -%}
        {%- elif column.endswith('_usd') and 'adjustment' not in column -%}
            {%- do promises.append(column ~ ' < 0') -%}
        {%- elif column.startswith('is_') or column.startswith('has_') -%}
            {%- do promises.append(column ~ ' is null') -%}
        {%- elif column.endswith('_share') or column.endswith('_confidence') -%}
            {%- do promises.append(column ~ ' < 0 or ' ~ column ~ ' > 1') -%}
        {%- endif -%}
    {%- endfor -%}
{%- endif %}
{{ broken_promises(model, promises | unique | list) }}
{% endtest %}
