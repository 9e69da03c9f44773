{#
The instant that counts as now, in UTC, as a literal: AS_OF (a day begins at midnight), or when the
run began. By the comment `bin/build.py` finds it, to ask whether a model would say something else by now.
#}
{% macro as_of_at() -%}
cast(/* as of */ '{{ as_of_text('%Y-%m-%d %H:%M:%S') }}' as timestamp)
{%- endmacro %}
