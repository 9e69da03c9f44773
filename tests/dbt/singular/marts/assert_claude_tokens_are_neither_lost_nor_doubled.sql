{#
Tokens between staging and fact, per day: the messages report without what the Claude Code report
covers (by actor, or without identity by model), plus the Claude Code report, plus claude.ai's own use, is the fact.
#}
{% set plus, minus, sums, differences = [], [], [], [] %}
{% for column in ['uncached_input_tokens', 'cache_read_tokens', 'output_tokens'] %}
{% do plus.append('coalesce(' ~ column ~ ', 0) as ' ~ column) %}
{% do minus.append('-coalesce(' ~ column ~ ', 0) as ' ~ column) %}
{% do sums.append('sum(signed.' ~ column ~ ') as ' ~ column) %}
{% do differences.append('sum(signed.' ~ column ~ ') <> 0') %}
{% endfor %}
with

message_usage as (

    select * from {{ ref('stg_anthropic__message_usage') }}

),

report_usage as (

    select * from {{ ref('stg_anthropic__claude_code_model_usage') }}

),

claude_ai_usage as (

    select * from {{ ref('stg_claude_ai__user_usage') }}
    where coalesce(product, '') <> 'claude_code'

),

coverage as (

    select * from {{ ref('int_usage__claude_code_coverage') }}

),

keyless_people as (

    select * from {{ ref('int_usage__claude_code_keyless_people') }}

),

detected_platforms as (

    select * from {{ ref('int_platform__detected') }}
    where platform = 'claude_code'

),

facts as (

    select * from {{ ref('fact_claude_daily_usage') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

code_actors as (

    select
        actor_id,
        workspace_key,
        usage_date
    from detected_platforms
    group by actor_id, workspace_key, usage_date

),

covered_actors as (

    select
        actor_id,
        usage_date
    from coverage
    group by actor_id, usage_date

),

keyless_models as (

    select
        model,
        usage_date
    from keyless_people
    group by model, usage_date

),

messages as (

    select
        *,
        coalesce(workspace_id, 'default') as workspace_key,
        coalesce(
            api_key_id, account_id, service_account_id
        ) as named_id
    from message_usage

),

uncovered as (

    select messages.*
    from messages
    left join code_actors
        on
            coalesce(
                messages.named_id, {{ dbt.concat(["'unattributed:'", 'messages.workspace_key']) }}
            ) = code_actors.actor_id
            and messages.workspace_key = code_actors.workspace_key
            and messages.usage_date = code_actors.usage_date
    left join covered_actors
        on
            messages.named_id = covered_actors.actor_id
            and messages.usage_date = covered_actors.usage_date
    left join keyless_models
        on
            messages.model = keyless_models.model
            and messages.usage_date = keyless_models.usage_date
    where
        code_actors.actor_id is null
        or (
            covered_actors.actor_id is null
            and (messages.named_id is not null or keyless_models.model is null)
        )

),

signed as (

    select
        usage_date,
        {{ plus | join(',\n        ') }}
    from uncovered

    union all

    select
        usage_date,
        {{ plus | join(',\n        ') }}
    from report_usage

    union all

    select
        usage_date,
        {{ plus | join(',\n        ') }}
    from claude_ai_usage

    union all

    select
        usage_date,
        {{ minus | join(',\n        ') }}
    from facts

)

select
    signed.usage_date,
    {{ sums | join(',\n    ') }}
from signed
inner join day_versions
    on signed.usage_date = day_versions.usage_date
group by signed.usage_date
having {{ differences | join(' or ') }}
