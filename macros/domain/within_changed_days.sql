{#
A condition on an instant or a day: not before the first changed day (less `days_before`) and not after the last one. The
join with the changed days is what is exact; this lets both engines skip the blocks and partitions of all other days. A
model that is built whole has none to skip, and without a condition the engine knows better how many rows to expect.
#}
{% macro within_changed_days(column, days_before=0, bound_type='timestamp') -%}
{%- if is_incremental() -%}
{{ column }} >= (
            select cast({{ dbt.dateadd('day', -days_before, 'min(usage_date)') }} as {{ bound_type }})
            from changed_days
        )
        and {{ column }} < (
            select cast({{ dbt.dateadd('day', 1, 'max(usage_date)') }} as {{ bound_type }})
            from changed_days
        )
{%- else -%}
true
{%- endif -%}
{%- endmacro %}
