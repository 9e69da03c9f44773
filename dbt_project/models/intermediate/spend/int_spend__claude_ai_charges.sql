{#
One row per UTC day, platform, actor, model and variant of what claude.ai Enterprise charges for use: the rows by user, and
what the organisation's total has beyond them, which is nobody's.
#}
with

user_charges as (

    select * from {{ ref('int_spend__claude_ai_user_charges') }}

),

totals as (

    select * from {{ ref('int_spend__claude_ai_totals') }}
    where unattributed_usd > 0

)

select
    platform,
    actor_type,
    actor_id,
    model,
    product,
    currency,
    stated_amount_text,
    usd_per_unit_text,
    spend_basis,
    spend_method,
    spend_usd,
    list_value_usd,
    usage_date
from user_charges

union all

select
    platform,
    'unattributed' as actor_type,
    'unattributed:claude_ai' as actor_id,
    cast(null as {{ dbt.type_string() }}) as model,
    cast(null as {{ dbt.type_string() }}) as product,
    'USD' as currency,
    cast(null as {{ dbt.type_string() }}) as stated_amount_text,
    '1' as usd_per_unit_text,
    'billed' as spend_basis,
    'enterprise_cost_report_rest' as spend_method,
    unattributed_usd as spend_usd,
    unattributed_usd as list_value_usd,
    usage_date
from totals
