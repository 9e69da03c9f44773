{# One row per platform with its vendor and category. #}
with

platforms as (

    select * from {{ ref('platforms') }}

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
