{# One row per person-or-account e-mail and UTC day: what Cursor counted, and what it cost. #}
{{ daily_incremental(cluster_by=['user_email']) }}
with

usage as (

    select * from {{ ref('int_usage__cursor_daily') }}
    where usage_date in ({{ changed_days() }})

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where
        platform = 'cursor'
        and actor_type in ('person', 'unattributed')
        and usage_date in ({{ changed_days() }})

),

cursor_charges as (

    select * from {{ ref('int_spend__cursor_charges') }}
    where
        actor_type = 'person'
        and usage_date in ({{ changed_days() }})

),

unknown_charges as (

    select * from {{ ref('int_spend__cursor_unknown_charges') }}
    where usage_date in ({{ changed_days() }})

),

valued_events as (

    select * from {{ ref('int_spend__cursor_valued_events') }}
    where
        user_email is not null
        and notional_usd is not null
        and usage_date in ({{ changed_days() }})

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}
    where
        vendor = 'cursor'
        and actor_type = 'person'
        and usage_date in ({{ changed_days() }})

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

costs as (

    select
        actor_id as user_email,
        sum(case when cost_component <> 'seat' then spend_usd end) as usage_cost_usd,
        sum(case when cost_component = 'seat' then spend_usd end) as seat_cost_usd,
        min(case when cost_component <> 'seat' then spend_basis end) as usage_basis,
        usage_date
    from ledger
    group by user_email, usage_date

),

notional_costs as (

    select
        user_email,
        sum(notional_usd) as notional_cost_usd,
        usage_date
    from valued_events
    group by user_email, usage_date

),

-- A charge for somebody the daily report does not list (a removed member) keeps its row, and so
-- does use that the seat covers; a seat alone is not use.
fact_keys as (

    select
        user_email,
        usage_date
    from usage

    union distinct

    select
        actor_id as user_email,
        usage_date
    from cursor_charges

    union distinct

    select
        user_email,
        usage_date
    from unknown_charges

    union distinct

    select
        user_email,
        usage_date
    from notional_costs

),

charged as (

    select
        fact_keys.user_email,
        fact_keys.usage_date,
        -- The day's events are complete, so whoever is not charged in them was charged nothing.
        case
            when costs.usage_cost_usd is not null then costs.usage_cost_usd
            when day_versions.has_cursor_events and unknown_charges.usage_date is null
                then {{ to_numeric("'0'") }}
        end as usage_cost_usd,
        costs.seat_cost_usd,
        case
            when costs.usage_basis is not null then costs.usage_basis
            when day_versions.has_cursor_events and unknown_charges.usage_date is null then 'billed'
        end as usage_basis
    from fact_keys
    inner join day_versions
        on fact_keys.usage_date = day_versions.usage_date
    left join costs
        on
            fact_keys.user_email = costs.user_email
            and fact_keys.usage_date = costs.usage_date
    left join unknown_charges
        on
            fact_keys.user_email = unknown_charges.user_email
            and fact_keys.usage_date = unknown_charges.usage_date

),

final as (

    select
        fact_keys.usage_date,
        chosen.owner_email as person_email,
        fact_keys.user_email,
        chosen.team_name,
        chosen.department_name,
        chosen.cost_centre,
        usage.most_used_model,
        usage.apply_most_used_extension,
        usage.tab_most_used_extension,
        usage.client_version,
        usage.n_lines_added,
        usage.n_lines_deleted,
        usage.n_accepted_lines_added,
        usage.n_accepted_lines_deleted,
        usage.n_applies,
        usage.n_accepts,
        usage.n_rejects,
        usage.n_tabs_shown,
        usage.n_tabs_accepted,
        usage.n_composer_requests,
        usage.n_chat_requests,
        usage.n_agent_requests,
        usage.n_cmdk_requests,
        usage.n_bugbot_requests,
        usage.n_subscription_included_requests,
        usage.n_usage_based_requests,
        usage.n_api_key_requests,
        -- The vendor's counters do not always form a share (agent edits are not "accepted"): then
        -- there is none.
        case
            when usage.n_accepted_lines_added <= usage.n_lines_added
                then {{ share_of('usage.n_accepted_lines_added', 'usage.n_lines_added') }}
        end as line_acceptance_share,
        case
            when usage.n_tabs_accepted <= usage.n_tabs_shown
                then {{ share_of('usage.n_tabs_accepted', 'usage.n_tabs_shown') }}
        end as tab_acceptance_share,
        {{ share_of(
            'usage.n_accepts', '(usage.n_accepts + usage.n_rejects)'
        ) }} as diff_acceptance_share,
        cast(charged.usage_cost_usd as {{ numeric_type() }}) as usage_cost_usd,
        cast(charged.seat_cost_usd as {{ numeric_type() }}) as seat_cost_usd,
        cast(
            case
                when charged.usage_cost_usd is not null or charged.seat_cost_usd is not null
                    then
                        coalesce(charged.usage_cost_usd, {{ to_numeric("'0'") }})
                        + coalesce(charged.seat_cost_usd, {{ to_numeric("'0'") }})
            end as {{ numeric_type() }}
        ) as total_cost_usd,
        cast(notional_costs.notional_cost_usd as {{ numeric_type() }}) as notional_cost_usd,
        case
            when charged.usage_basis is null and charged.seat_cost_usd is null
                then cast(null as {{ dbt.type_string() }})
            when charged.usage_basis is null then 'seat'
            when charged.seat_cost_usd is null then charged.usage_basis
            else {{ dbt.concat(['charged.usage_basis', "'+seat'"]) }}
        end as cost_basis,
        coalesce(chosen.attribution_method, 'unattributed') as attribution_method,
        coalesce(chosen.attribution_confidence, {{ to_numeric("'0'") }}) as attribution_confidence,
        coalesce(usage.active_flag = 1, false) as is_active,
        day_versions.is_provisional,
        {{ surrogate_key([
            'fact_keys.usage_date', 'fact_keys.user_email'
        ]) }} as cursor_daily_usage_id,
        usage.cursor_user_id,
        chosen.person_id,
        {{ pipeline_run_id() }} as pipeline_run_id,
        day_versions.input_version,
        day_versions.day_loaded_at as loaded_at
    from fact_keys
    inner join day_versions
        on fact_keys.usage_date = day_versions.usage_date
    left join usage
        on
            fact_keys.user_email = usage.user_email
            and fact_keys.usage_date = usage.usage_date
    left join charged
        on
            fact_keys.user_email = charged.user_email
            and fact_keys.usage_date = charged.usage_date
    left join notional_costs
        on
            fact_keys.user_email = notional_costs.user_email
            and fact_keys.usage_date = notional_costs.usage_date
    left join chosen
        on
            fact_keys.user_email = chosen.actor_id
            and fact_keys.usage_date = chosen.usage_date

)

select * from final
