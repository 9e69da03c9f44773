{#
One row per API key and every name it ever had, so that a renamed key is still found by its old
name.
#}
with

api_keys as (

    select * from {{ ref('stg_anthropic__api_keys') }}

)

select
    api_key_id,
    api_key_name,
    min(version_started_at) as first_seen_at
from api_keys
where api_key_name is not null
group by api_key_id, api_key_name
