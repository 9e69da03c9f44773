{#
Several actors of one person (the own e-mail, a key) meet in one row per day and platform: 1 is the least certain one, whose
method and confidence are the row's.
#}
{% macro certainty_rank() -%}
row_number() over (
    partition by usage_date, platform, person_key
    order by attribution_confidence, attribution_method
) as certainty_rank
{%- endmacro %}
