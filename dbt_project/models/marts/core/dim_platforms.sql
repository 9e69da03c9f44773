{#
One row per platform with its vendor and category: those that are listed, and other tools with seats.
#}
with

platforms as (

    select * from {{ ref('int_spend__platforms') }}

),

final as (

    select
        platform,
        vendor,
        category,
        platform_name
    from platforms

)

select * from final
