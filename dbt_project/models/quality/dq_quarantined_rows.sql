{#
One row per source, table, field and reason for which vendor rows were put aside instead of
loaded.
#}
with

all_rows as (
    {% for source_name in source_names() %}
    select
        '{{ source_name }}' as source_name,
        resource_name,
        field_name,
        quarantine_reason,
        _loaded_at
    from {{ ref('stg_' ~ source_name ~ '__quarantined_rows') }}
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

reasons as (

    select
        source_name,
        resource_name,
        field_name,
        quarantine_reason,
        count(*) as n_rows,
        max(cast(_loaded_at as date)) as last_loaded_date
    from all_rows
    group by source_name, resource_name, field_name, quarantine_reason

),

final as (

    select
        {{ finding_columns(
            check_name="'quarantined_rows'",
            check_scope=dbt.concat([
                'source_name', "'.'", 'resource_name', "' '", "coalesce(field_name, '')", "': '",
                "coalesce(quarantine_reason, '')"
            ]),
            finding=sentence([
                'n_rows', "' rows of '", 'source_name', "'.'", 'resource_name',
                "' were put aside and are in no figure: field '", 'field_name', "', '",
                'quarantine_reason'
            ]),
            observed_value='n_rows',
            check_date='last_loaded_date'
        ) }},
        source_name,
        resource_name,
        field_name,
        quarantine_reason,
        n_rows
    from reasons

)

select * from final
