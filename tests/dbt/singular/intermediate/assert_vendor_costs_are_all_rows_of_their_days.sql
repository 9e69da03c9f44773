{#
A day that is taken from the vendor's own costs has all of their rows, each once. Returns the days that lost or gained rows.
#}
with

landed as (

    select
        usage_date,
        count(*) as n_landed_rows
    from {{ ref('stg_anthropic__actor_costs') }}
    group by usage_date

),

taken as (

    select
        usage_date,
        count(*) as n_taken_rows
    from {{ ref('int_spend__vendor_costs') }}
    group by usage_date

)

select
    taken.usage_date,
    taken.n_taken_rows,
    landed.n_landed_rows
from taken
left join landed
    on taken.usage_date = landed.usage_date
where taken.n_taken_rows <> coalesce(landed.n_landed_rows, 0)
