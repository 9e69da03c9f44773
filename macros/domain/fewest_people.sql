{# The smallest group of people whose behaviour is shown to every reader. #}
{% macro fewest_people() -%}
5
{%- endmacro %}
