{#
One row per UTC day and messages actor of the Claude Code platform that the Claude Code report also covers: the same
use seen twice, once by key with its tokens, once by person with sessions. It is counted under the report's actor.
#}
{{ daily_incremental(cluster_by=['actor_id']) }}
with

chosen as (

    select * from {{ ref('int_attribution__chosen') }}
    where
        vendor = 'anthropic' and platform = 'claude_code'
        and usage_date in ({{ changed_days() }})

),

message_actors as (

    select * from {{ ref('int_platform__detected') }}
    where
        platform = 'claude_code' and actor_type in ('api_key', 'account', 'service_account')
        and usage_date in ({{ changed_days() }})

),

api_key_names as (

    select * from {{ ref('int_identity__api_key_names') }}

),

records as (

    select * from {{ ref('int_usage__claude_code_records') }}
    where
        customer_type = 'api' and actor_type in ('person', 'api_key_name')
        and usage_date in ({{ changed_days() }})

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

report_actors as (

    select
        records.actor_type,
        records.actor_id,
        records.usage_date,
        max(coalesce(chosen.owner_email, records.actor_id)) as owner_email
    from records
    left join chosen
        on
            records.actor_type = chosen.actor_type
            and records.actor_id = chosen.actor_id
            and records.usage_date = chosen.usage_date
    group by records.actor_type, records.actor_id, records.usage_date

),

by_key_name as (

    select
        message_actors.actor_type,
        message_actors.actor_id,
        report_actors.actor_type as report_actor_type,
        report_actors.actor_id as report_actor_id,
        'key_name' as covered_by,
        1 as coverage_order,
        message_actors.usage_date
    from message_actors
    inner join api_key_names
        on message_actors.actor_id = api_key_names.api_key_id
    inner join report_actors
        on
            api_key_names.api_key_name = report_actors.actor_id
            and report_actors.actor_type = 'api_key_name'
            and message_actors.usage_date = report_actors.usage_date

),

by_owner as (

    select
        message_actors.actor_type,
        message_actors.actor_id,
        report_actors.actor_type as report_actor_type,
        report_actors.actor_id as report_actor_id,
        'owner' as covered_by,
        2 as coverage_order,
        message_actors.usage_date
    from message_actors
    inner join chosen
        on
            message_actors.actor_type = chosen.actor_type
            and message_actors.actor_id = chosen.actor_id
            and message_actors.usage_date = chosen.usage_date
    inner join report_actors
        on
            chosen.owner_email = report_actors.owner_email
            and report_actors.actor_type = 'person'
            and message_actors.usage_date = report_actors.usage_date

),

all_coverage as (

    select * from by_key_name

    union all

    select * from by_owner

),

ranked as (

    select
        *,
        row_number() over (
            partition by usage_date, actor_type, actor_id
            order by coverage_order, report_actor_type, report_actor_id
        ) as coverage_rank
    from all_coverage

)

select
    'claude_code' as platform,
    ranked.actor_type,
    ranked.actor_id,
    ranked.report_actor_type,
    ranked.report_actor_id,
    ranked.covered_by,
    day_versions.input_version,
    ranked.usage_date
from ranked
inner join day_versions
    on ranked.usage_date = day_versions.usage_date
where ranked.coverage_rank = 1
