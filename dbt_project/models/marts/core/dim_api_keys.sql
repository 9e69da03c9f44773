{# One row per API key, listed by the vendor or only seen in usage. #}
with

api_keys as (

    select * from {{ ref('int_identity__api_keys') }}

),

detected_platforms as (

    select * from {{ ref('int_platform__detected') }}
    where actor_type = 'api_key'

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}
    where actor_type = 'api_key'

),

used as (

    select
        actor_id as api_key_id,
        min(workspace_key) as workspace_key,
        min(usage_date) as first_used_date,
        max(usage_date) as last_used_date
    from detected_platforms
    group by api_key_id

),

latest_owner as (

    select
        actor_id as api_key_id,
        platform,
        owner_email,
        attribution_method,
        attribution_confidence,
        row_number() over (
            partition by actor_id
            order by usage_date desc, platform asc
        ) as day_rank
    from chosen

),

all_keys as (

    select api_key_id from api_keys

    union distinct

    select api_key_id from used

),

final as (

    select
        api_keys.api_key_name,
        api_keys.key_status,
        latest_owner.owner_email,
        api_keys.creator_email,
        latest_owner.platform,
        api_keys.partial_key_hint,
        used.first_used_date,
        used.last_used_date,
        api_keys.created_at,
        api_keys.expires_at,
        latest_owner.attribution_method,
        latest_owner.attribution_confidence,
        api_keys.api_key_id is not null as is_listed,
        coalesce(api_keys.is_current, false) as is_current,
        all_keys.api_key_id,
        coalesce(api_keys.workspace_id, nullif(used.workspace_key, 'default')) as workspace_id,
        api_keys.created_by_id
    from all_keys
    left join api_keys
        on all_keys.api_key_id = api_keys.api_key_id
    left join used
        on all_keys.api_key_id = used.api_key_id
    left join latest_owner
        on
            all_keys.api_key_id = latest_owner.api_key_id
            and latest_owner.day_rank = 1

)

select * from final
