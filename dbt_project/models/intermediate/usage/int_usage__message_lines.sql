{#
One row per line of the messages usage report with its actor: the finest identity the vendor gives, or the explicit
actor `unattributed` of the workspace (console and workbench use carries no identity).
#}
with

message_usage as (

    select * from {{ ref('stg_anthropic__message_usage') }}

)

select
    case
        when api_key_id is not null then 'api_key'
        when account_id is not null then 'account'
        when service_account_id is not null then 'service_account'
        else 'unattributed'
    end as actor_type,
    coalesce(
        api_key_id,
        account_id,
        service_account_id,
        {{ dbt.concat(["'unattributed:'", "coalesce(workspace_id, 'default')"]) }}
    ) as actor_id,
    coalesce(workspace_id, 'default') as workspace_key,
    model,
    service_tier,
    speed,
    context_window,
    inference_geo,
    uncached_input_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    cache_read_tokens,
    output_tokens,
    n_web_searches,
    usage_date,
    _loaded_at
from message_usage
