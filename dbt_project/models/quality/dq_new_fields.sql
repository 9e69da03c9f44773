{#
One row per raw table and name of a field that a vendor sends and the contract does not know, with the
first day it was seen. Nothing is lost: the values stand in unknown_fields until somebody wants them.
#}
with

unknown_fields as (
    {% for source_name in source_names() %}
    select
        '{{ source_name }}' as source_name,
        resource_name,
        unknown_fields_json,
        n_rows,
        seen_date
    from {{ ref('stg_' ~ source_name ~ '__unknown_fields') }}
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

names as (

    select
        source_name,
        resource_name,
        json_name as field_name,
        n_rows,
        seen_date
    from unknown_fields
    {{ cross_join_json_names('unknown_fields.unknown_fields_json') }}

),

fields as (

    select
        source_name,
        resource_name,
        field_name,
        {{ sum_units('n_rows') }} as n_rows,
        min(seen_date) as first_seen_date
    from names
    group by source_name, resource_name, field_name

),

final as (

    select
        {{ finding_columns(
            check_name="'new_field'",
            check_scope=sentence(['source_name', "'.'", 'resource_name', "' '", 'field_name']),
            finding=sentence([
                'source_name', "'.'", 'resource_name', "' has a field that is not read: '",
                'field_name', "', in '", 'n_rows', "' rows since '", 'first_seen_date'
            ]),
            observed_value='n_rows',
            check_date='first_seen_date'
        ) }},
        source_name,
        resource_name,
        field_name,
        n_rows
    from fields

)

select * from final
