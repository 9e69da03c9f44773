{#
dbt takes the columns of a unit test's input from the relation that stands in the warehouse. The model under test gives
its own rows as `this`, and on a new warehouse it stands there only after its unit tests. Such rows have the columns they
name, each of the type that its name promises (CONTRIBUTING, "Names"; dbt-bouncer.yml holds every model to it).
#}
{% macro get_fixture_sql(rows, column_name_to_data_types) -%}
{%- if rows and not column_name_to_data_types and not defer_relation and not load_relation(this) -%}
{%- set types = {} -%}
{%- for row in rows -%}
{%- for name, value in row.items() -%}
{%- do types.update({name: types.get(name) or promised_type(name, value)}) -%}
{%- endfor -%}
{%- endfor -%}
{%- set selects = [] -%}
{%- for row in rows -%}
{%- set columns = [] -%}
{%- for name, type in types.items() -%}
{%- set value = row.get(name) -%}
{%- if value is string -%}
{%- set value = dbt.string_literal(dbt.escape_single_quotes(value)) -%}
{%- endif -%}
{%- set literal = 'null' if value is none else value | string -%}
{%- do columns.append(safe_cast(literal, type) ~ ' as ' ~ adapter.quote(name)) -%}
{%- endfor -%}
{%- do selects.append('select ' ~ columns | join(', ')) -%}
{%- endfor -%}
{{ selects | join(' union all ') }}
{%- else -%}
{{ dbt.get_fixture_sql(rows, column_name_to_data_types) }}
{%- endif -%}
{%- endmacro %}
