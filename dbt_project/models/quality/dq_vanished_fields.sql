{#
One row per field that had a value on every day with rows for two weeks up to a day, and has none in any
row since, for three days with rows or more: the vendor renamed or dropped it, and figures read NULL.
#}
with

fills as (
    {% for source_name in source_names()
        if source_name not in ['dev_events', 'github', 'orchestrator', 'sheets'] %}
    select
        '{{ source_name }}' as source_name,
        resource_name,
        field_name,
        n_rows,
        n_filled_rows,
        usage_date
    from {{ ref('stg_' ~ source_name ~ '__field_fills') }}
    where usage_date < {{ as_of_date() }}
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

last_days as (

    select
        source_name,
        resource_name,
        field_name,
        max(usage_date) as last_filled_date
    from fills
    where n_filled_rows > 0
    group by source_name, resource_name, field_name

),

around as (

    select
        last_days.source_name,
        last_days.resource_name,
        last_days.field_name,
        last_days.last_filled_date,
        count(case when fills.usage_date > last_days.last_filled_date then 1 end) as n_days_since,
        count(case when fills.usage_date <= last_days.last_filled_date then 1 end)
            as n_days_before,
        count(
            case
                when
                    fills.usage_date <= last_days.last_filled_date and fills.n_filled_rows > 0
                    then 1
            end
        ) as n_filled_days_before,
        coalesce(
            sum(case when fills.usage_date > last_days.last_filled_date then fills.n_rows end), 0
        ) as n_rows_since
    from last_days
    inner join fills
        on
            last_days.source_name = fills.source_name
            and last_days.resource_name = fills.resource_name
            and last_days.field_name = fills.field_name
    where
        fills.usage_date > cast({{ dbt.dateadd('day', -14, 'last_days.last_filled_date') }} as date)
        and last_days.last_filled_date >= cast({{ dbt.dateadd('day', -90, as_of_date()) }} as date)
    group by
        last_days.source_name,
        last_days.resource_name,
        last_days.field_name,
        last_days.last_filled_date

),

final as (

    select
        {{ finding_columns(
            check_name="'vanished_field'",
            check_scope=sentence(['source_name', "'.'", 'resource_name', "' '", 'field_name']),
            finding=sentence([
                "'the field '", 'field_name', "' of '", 'source_name', "'.'", 'resource_name',
                "' had values until '", 'last_filled_date', "' and none in '", 'n_rows_since',
                "' rows of the '", 'n_days_since', "' days with rows since'"
            ]),
            observed_value='n_days_since',
            check_date='last_filled_date'
        ) }},
        source_name,
        resource_name,
        field_name,
        cast(n_rows_since as {{ dbt.type_bigint() }}) as n_rows
    from around
    where n_days_since >= 3 and n_days_before >= 5 and n_filled_days_before = n_days_before

)

select * from final
