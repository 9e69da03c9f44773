{#
The rows of a relation that break a promise, found in one pass: which ones they break, in words and without the row's
data, so that a log may show them. A promise is the condition under which it is broken; without promises no row is.
#}
{% macro broken_promises(relation, promises) %}
{%- if promises %}
{%- set words = [] %}
{%- for promise in promises %}
    {%- set said = dbt.string_literal(dbt.escape_single_quotes(promise ~ '; ')) %}
    {%- do words.append('case when ' ~ promise ~ ' then ' ~ said ~ " else '' end") %}
{%- endfor %}
select {{ dbt.concat(words) }} as broken_promises
from {{ relation }}
where
    {{ promises | join('\n    or ') }}
{%- else %}
select 'none' as broken_promises
from (select 1 as one) as nothing
where one = 0
{%- endif %}
{% endmacro %}
