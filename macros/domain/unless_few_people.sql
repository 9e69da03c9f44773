{#
A number of people, or NULL where it says something of fewer than the smallest group that is shown;
nobody is 0.
#}
{% macro unless_few_people(count, shown=none) -%}
case when {{ count }} = 0 or {{ count }} >= {{ fewest_people() }} then {{ shown or count }} end
{%- endmacro %}
