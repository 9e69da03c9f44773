{#
Two events per row with a validity: its start, and, where it has one, its end. For
int_runs__input_events.
#}
{% macro validity_events(input_name, relation, content, valid_from, valid_to) %}
    select
        {{ surrogate_key(["'" ~ input_name ~ "'", "'start'"] + content) }} as event_hash,
        coalesce({{ valid_from }}, cast('1900-01-01' as date)) as effective_date
    from {{ relation }}

    union all

    select
        {{ surrogate_key(["'" ~ input_name ~ "'", "'end'"] + content) }} as event_hash,
        {{ valid_to }} as effective_date
    from {{ relation }}
    where {{ valid_to }} is not null
{% endmacro %}
