{#
One row per UTC day, actor of the Claude Code report and model used under a subscription: its list value, less what usage
credits paid for. What goes beyond the plan is charged by Enterprise Analytics (product claude_code) and stands in the
report all the same: paid use is not notional. A person's two e-mails and two spellings of a model share one credit.
#}
with

records as (

    select * from {{ ref('int_usage__claude_code_records') }}
    where customer_type = 'subscription'

),

record_models as (

    select * from {{ ref('stg_anthropic__claude_code_model_usage') }}

),

charges as (

    select * from {{ ref('int_spend__claude_ai_charges') }}
    where platform = 'claude_code'

),

claude_users as (

    select * from {{ ref('int_identity__claude_users') }}

),

email_owners as (

    select * from {{ ref('int_identity__email_owners') }}

),

model_aliases as (

    select * from {{ ref('int_spend__model_aliases') }}

),

valued as (

    select
        records.actor_type,
        records.actor_id,
        record_models.model,
        coalesce(email_owners.person_email, records.actor_id) as person_key,
        coalesce(model_aliases.model_key, {{ model_key('record_models.model') }}) as used_model_key,
        sum(record_models.estimated_cost_usd) as list_value_usd,
        records.usage_date
    from records
    inner join record_models
        on
            records.record_id = record_models.record_id
            and records.usage_date = record_models.usage_date
    left join email_owners
        on
            records.actor_id = email_owners.alias_email
            and records.usage_date >= email_owners.known_from_date
    left join model_aliases
        on {{ model_key('record_models.model') }} = model_aliases.alias_key
    group by
        records.actor_type,
        records.actor_id,
        record_models.model,
        person_key,
        used_model_key,
        records.usage_date

),

-- A deleted account is charged under its id alone.
charged_people as (

    select
        coalesce(claude_users.user_email, charges.actor_id) as charged_email,
        charges.model,
        charges.list_value_usd,
        charges.usage_date
    from charges
    left join claude_users
        on
            charges.actor_id = claude_users.claude_user_id
            and charges.usage_date >= claude_users.known_from_date

),

credited as (

    select
        coalesce(email_owners.person_email, charged_people.charged_email) as person_key,
        coalesce(model_aliases.model_key, {{ model_key('charged_people.model') }})
            as used_model_key,
        sum(charged_people.list_value_usd) as credited_usd,
        charged_people.usage_date
    from charged_people
    left join email_owners
        on
            charged_people.charged_email = email_owners.alias_email
            and charged_people.usage_date >= email_owners.known_from_date
    left join model_aliases
        on {{ model_key('charged_people.model') }} = model_aliases.alias_key
    group by person_key, used_model_key, charged_people.usage_date

),

running as (

    select
        *,
        sum(list_value_usd) over (
            partition by usage_date, person_key, used_model_key
            order by actor_type, actor_id, model
            rows between unbounded preceding and current row
        ) - list_value_usd as value_before_usd
    from valued

),

final as (

    select
        running.actor_type,
        running.actor_id,
        running.model,
        running.list_value_usd,
        running.list_value_usd
        - least(
            running.list_value_usd,
            greatest(
                coalesce(credited.credited_usd, {{ to_numeric("'0'") }})
                - coalesce(running.value_before_usd, {{ to_numeric("'0'") }}),
                {{ to_numeric("'0'") }}
            )
        ) as notional_cost_usd,
        running.usage_date
    from running
    left join credited
        on
            running.person_key = credited.person_key
            and running.used_model_key = credited.used_model_key
            and running.usage_date = credited.usage_date

)

select
    actor_type,
    actor_id,
    model,
    cast(list_value_usd as {{ numeric_type() }}) as list_value_usd,
    cast(notional_cost_usd as {{ numeric_type() }}) as notional_cost_usd,
    usage_date
from final
