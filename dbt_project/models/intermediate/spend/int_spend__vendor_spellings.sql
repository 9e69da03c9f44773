{#
One row per word that means a listed vendor: its id, what else it is called, its platforms and what those are called. Who
sends an invoice or sells a seat is known by any of them.
#}
with

platforms as (

    select * from {{ ref('platforms') }}

),

platform_spellings as (

    select * from {{ ref('platform_spellings') }}

),

vendor_spellings as (

    select * from {{ ref('vendor_spellings') }}

),

spelled as (

    select
        vendor as spelling,
        vendor,
        1 as spelling_rank
    from platforms

    union distinct

    select
        spelling,
        vendor,
        2 as spelling_rank
    from vendor_spellings

    union distinct

    select
        platform as spelling,
        vendor,
        3 as spelling_rank
    from platforms

    union distinct

    select
        platform_spellings.spelling,
        platforms.vendor,
        4 as spelling_rank
    from platform_spellings
    inner join platforms
        on platform_spellings.platform = platforms.platform

),

ranked as (

    select
        spelling,
        vendor,
        row_number() over (partition by spelling order by spelling_rank, vendor) as vendor_rank
    from spelled

)

select
    spelling,
    vendor
from ranked
where vendor_rank = 1
