{#
One row per source, table, field and reason for which vendor rows were put aside instead of
loaded.
#}
with

cursor_rows as (

    select * from {{ ref('stg_cursor__quarantined_rows') }}

),

anthropic_rows as (

    select * from {{ ref('stg_anthropic__quarantined_rows') }}

),

sheet_rows as (

    select * from {{ ref('stg_sheets__quarantined_rows') }}

),

all_rows as (

    select
        'cursor' as source_name,
        resource_name,
        field_name,
        quarantine_reason,
        _loaded_at
    from cursor_rows

    union all

    select
        'anthropic' as source_name,
        resource_name,
        field_name,
        quarantine_reason,
        _loaded_at
    from anthropic_rows

    union all

    select
        'sheets' as source_name,
        resource_name,
        field_name,
        quarantine_reason,
        _loaded_at
    from sheet_rows

)

select
    source_name,
    resource_name,
    field_name,
    quarantine_reason,
    count(*) as n_rows,
    max(cast(_loaded_at as date)) as check_date
from all_rows
group by source_name, resource_name, field_name, quarantine_reason
