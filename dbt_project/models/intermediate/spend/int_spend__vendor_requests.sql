{# One row per UTC day and API key of Anthropic's own costs: requests. No key is NULL. #}
with

actor_requests as (

    select * from {{ ref('stg_anthropic__actor_requests') }}

)

select
    api_key_id,
    {{ sum_units('n_requests') }} as n_requests,
    usage_date
from actor_requests
group by api_key_id, usage_date
