{# One row per platform the product knows, used here or not. #}
with

platforms as (

    select * from {{ ref('platforms') }}

)

select
    platform,
    vendor,
    category,
    platform_name
from platforms
