{#
One row per vendor's measure and break of its level: what a line over that day, or beside its
neighbours, does not show.
#}
with

level_breaks as (

    select * from {{ ref('level_breaks') }}

),

final as (

    select
        break_date,
        source_name,
        resource_name,
        measure_name,
        break_note
    from level_breaks

)

select * from final
