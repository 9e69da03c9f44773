{#
One row per UTC day and key or account of the Claude Code platform in the messages report that could be somebody of the
Claude Code report: the key that the report names, else one whose owner is in the report. Who made a key or is alone in
its workspace need not be who uses it: such a link is no more than a suspicion, until the tokens agree.
#}
with

message_actors as (

    select * from {{ ref('int_platform__detected') }}
    where platform = 'claude_code' and actor_type in ('api_key', 'account', 'service_account')

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}
    where vendor = 'anthropic' and platform = 'claude_code' and owner_email is not null

),

api_key_names as (

    select * from {{ ref('int_identity__api_key_names') }}

),

report_tokens as (

    select * from {{ ref('int_usage__claude_code_report_tokens') }}

),

report_groups as (

    select
        report_group,
        usage_date
    from report_tokens
    group by report_group, usage_date

),

possible_groups as (

    select
        message_actors.actor_type,
        message_actors.actor_id,
        {{ dbt.concat(["'api_key_name:'", 'api_key_names.api_key_name']) }} as report_group,
        'key_name' as linked_by,
        1 as link_order,
        true as is_certain,
        message_actors.usage_date
    from message_actors
    inner join api_key_names
        on
            message_actors.actor_id = api_key_names.api_key_id
            and message_actors.usage_date >= api_key_names.valid_from_date
            and message_actors.usage_date < api_key_names.valid_to_date

    union all

    select
        message_actors.actor_type,
        message_actors.actor_id,
        {{ dbt.concat(["'person:'", 'chosen.owner_email']) }} as report_group,
        'owner' as linked_by,
        2 as link_order,
        chosen.attribution_confidence >= {{ to_numeric("'0.8'") }} as is_certain,
        message_actors.usage_date
    from message_actors
    inner join chosen
        on
            message_actors.actor_type = chosen.actor_type
            and message_actors.actor_id = chosen.actor_id
            and message_actors.usage_date = chosen.usage_date

),

ranked as (

    select
        possible_groups.*,
        row_number() over (
            partition by
                possible_groups.usage_date, possible_groups.actor_type, possible_groups.actor_id
            order by possible_groups.link_order, possible_groups.report_group
        ) as link_rank
    from possible_groups
    inner join report_groups
        on
            possible_groups.report_group = report_groups.report_group
            and possible_groups.usage_date = report_groups.usage_date

)

select
    actor_type,
    actor_id,
    report_group,
    linked_by,
    is_certain,
    usage_date
from ranked
where link_rank = 1
