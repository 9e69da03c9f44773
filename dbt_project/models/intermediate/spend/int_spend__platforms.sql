{# One row per platform: those that are listed, and the tools of the seats tab that are not. #}
with

platforms as (

    select * from {{ ref('platforms') }}

),

seats as (

    select * from {{ ref('int_spend__seats') }}

),

final as (

    select
        platform,
        vendor,
        category,
        platform_name,
        true as is_listed_platform
    from platforms

    union all

    select
        platform,
        min(vendor) as vendor,
        min(category) as category,
        min(platform_name) as platform_name,
        false as is_listed_platform
    from seats
    where not is_listed_platform
    group by platform

)

select * from final
