{#
The day that a text is, written YYYY-MM-DD from 1900 on and nothing beside it; NULL for every other text. A cast alone
takes "26-12-31" for the year 26 and "2026-06-16 or 17" for the 16th, and each engine others.
#}
{% macro strict_date(text) -%}
case
    when {{ regexp_matches(text, "'^(19[0-9]{2}|[2-9][0-9]{3})-[0-9]{2}-[0-9]{2}$'") }}
        then {{ try_cast(text, 'date') }}
end
{%- endmacro %}
