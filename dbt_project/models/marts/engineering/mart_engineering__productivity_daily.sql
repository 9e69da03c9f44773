{#
One row per UTC day, coding agent and person (or machine, or the explicit actor that nobody is named for): what was
done with it, and what it cost.
#}
{{ daily_table('usage_date', cluster_by=['platform', 'team_name']) }}
with

cursor_usage as (

    select * from {{ ref('fact_cursor_daily_usage') }}

),

claude_usage as (

    select * from {{ ref('fact_claude_daily_usage') }}
    where platform = 'claude_code'

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where platform in ('cursor', 'claude_code')

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

-- Cursor counts the lines that were explicitly accepted; what Claude Code added was accepted. The
-- counters of a day do not always form a share (agent edits are added, not "accepted"): only those
-- that do are compared.
measured as (

    select
        'cursor' as platform,
        coalesce(person_id, person_email, user_email) as person_key,
        person_id,
        person_email,
        team_name,
        department_name,
        cost_centre,
        attribution_method,
        n_lines_added,
        n_accepted_lines_added,
        case
            when n_accepted_lines_added <= n_lines_added then n_accepted_lines_added
        end as n_comparable_accepted_lines_added,
        case
            when n_accepted_lines_added <= n_lines_added then n_lines_added
        end as n_comparable_lines_added,
        n_tabs_accepted,
        n_tabs_shown,
        case when n_tabs_accepted <= n_tabs_shown then n_tabs_accepted end
            as n_comparable_tabs_accepted,
        case when n_tabs_accepted <= n_tabs_shown then n_tabs_shown end
            as n_comparable_tabs_shown,
        n_accepts as n_tool_actions_accepted,
        n_rejects as n_tool_actions_rejected,
        cast(null as {{ dbt.type_bigint() }}) as n_sessions,
        cast(null as {{ dbt.type_bigint() }}) as n_commits,
        cast(null as {{ dbt.type_bigint() }}) as n_pull_requests,
        case
            when
                n_subscription_included_requests is not null
                or n_usage_based_requests is not null
                or n_api_key_requests is not null
                then
                    coalesce(n_subscription_included_requests, 0)
                    + coalesce(n_usage_based_requests, 0)
                    + coalesce(n_api_key_requests, 0)
        end as n_requests,
        usage_cost_usd as fact_usage_cost_usd,
        cast(null as {{ numeric_type() }}) as ledger_usage_cost_usd,
        cast(null as {{ numeric_type() }}) as seat_cost_usd,
        notional_cost_usd,
        attribution_confidence,
        case when is_active then 1 else 0 end as active_flag,
        usage_date
    from cursor_usage

    union all

    select
        'claude_code' as platform,
        coalesce(person_id, person_email, actor_id) as person_key,
        person_id,
        person_email,
        team_name,
        department_name,
        cost_centre,
        attribution_method,
        n_lines_added,
        n_lines_added as n_accepted_lines_added,
        cast(null as {{ dbt.type_bigint() }}) as n_comparable_accepted_lines_added,
        cast(null as {{ dbt.type_bigint() }}) as n_comparable_lines_added,
        cast(null as {{ dbt.type_bigint() }}) as n_tabs_accepted,
        cast(null as {{ dbt.type_bigint() }}) as n_tabs_shown,
        cast(null as {{ dbt.type_bigint() }}) as n_comparable_tabs_accepted,
        cast(null as {{ dbt.type_bigint() }}) as n_comparable_tabs_shown,
        case
            when has_productivity_data
                then
                    coalesce(n_edit_tool_accepted, 0)
                    + coalesce(n_multi_edit_tool_accepted, 0)
                    + coalesce(n_write_tool_accepted, 0)
                    + coalesce(n_notebook_edit_tool_accepted, 0)
        end as n_tool_actions_accepted,
        case
            when has_productivity_data
                then
                    coalesce(n_edit_tool_rejected, 0)
                    + coalesce(n_multi_edit_tool_rejected, 0)
                    + coalesce(n_write_tool_rejected, 0)
                    + coalesce(n_notebook_edit_tool_rejected, 0)
        end as n_tool_actions_rejected,
        n_sessions,
        n_commits,
        n_pull_requests,
        cast(null as {{ dbt.type_bigint() }}) as n_requests,
        cast(null as {{ numeric_type() }}) as fact_usage_cost_usd,
        cast(null as {{ numeric_type() }}) as ledger_usage_cost_usd,
        cast(null as {{ numeric_type() }}) as seat_cost_usd,
        notional_cost_usd,
        attribution_confidence,
        case
            when
                coalesce(n_sessions, 0) > 0
                or coalesce(uncached_input_tokens, 0) + coalesce(cache_read_tokens, 0)
                + coalesce(cache_write_tokens, 0) + coalesce(output_tokens, 0) > 0
                then 1
            else 0
        end as active_flag,
        usage_date
    from claude_usage

    union all

    -- Money is the ledger's, under the owner there: seats that nobody used and charges that
    -- no report of use explains are in no fact, and are paid all the same.
    select
        platform,
        coalesce(person_id, person_email, actor_id) as person_key,
        person_id,
        person_email,
        team_name,
        department_name,
        cost_centre,
        attribution_method,
        cast(null as {{ dbt.type_bigint() }}) as n_lines_added,
        cast(null as {{ dbt.type_bigint() }}) as n_accepted_lines_added,
        cast(null as {{ dbt.type_bigint() }}) as n_comparable_accepted_lines_added,
        cast(null as {{ dbt.type_bigint() }}) as n_comparable_lines_added,
        cast(null as {{ dbt.type_bigint() }}) as n_tabs_accepted,
        cast(null as {{ dbt.type_bigint() }}) as n_tabs_shown,
        cast(null as {{ dbt.type_bigint() }}) as n_comparable_tabs_accepted,
        cast(null as {{ dbt.type_bigint() }}) as n_comparable_tabs_shown,
        cast(null as {{ dbt.type_bigint() }}) as n_tool_actions_accepted,
        cast(null as {{ dbt.type_bigint() }}) as n_tool_actions_rejected,
        cast(null as {{ dbt.type_bigint() }}) as n_sessions,
        cast(null as {{ dbt.type_bigint() }}) as n_commits,
        cast(null as {{ dbt.type_bigint() }}) as n_pull_requests,
        cast(null as {{ dbt.type_bigint() }}) as n_requests,
        cast(null as {{ numeric_type() }}) as fact_usage_cost_usd,
        case when cost_component <> 'seat' then spend_usd end as ledger_usage_cost_usd,
        case when cost_component = 'seat' then spend_usd end as seat_cost_usd,
        cast(null as {{ numeric_type() }}) as notional_cost_usd,
        attribution_confidence,
        0 as active_flag,
        usage_date
    from ledger

),

ranked as (

    select
        *,
        {{ certainty_rank() }}
    from measured

),

summed as (

    select
        platform,
        person_key,
        {{ person_of_actors() }},
        {{ sum_units('n_lines_added') }} as n_lines_added,
        {{ sum_units('n_accepted_lines_added') }} as n_accepted_lines_added,
        {{ sum_units('n_comparable_accepted_lines_added') }} as n_comparable_accepted_lines_added,
        {{ sum_units('n_comparable_lines_added') }} as n_comparable_lines_added,
        {{ sum_units('n_tabs_accepted') }} as n_tabs_accepted,
        {{ sum_units('n_tabs_shown') }} as n_tabs_shown,
        {{ sum_units('n_comparable_tabs_accepted') }} as n_comparable_tabs_accepted,
        {{ sum_units('n_comparable_tabs_shown') }} as n_comparable_tabs_shown,
        {{ sum_units('n_tool_actions_accepted') }} as n_tool_actions_accepted,
        {{ sum_units('n_tool_actions_rejected') }} as n_tool_actions_rejected,
        {{ sum_units('n_sessions') }} as n_sessions,
        {{ sum_units('n_commits') }} as n_commits,
        {{ sum_units('n_pull_requests') }} as n_pull_requests,
        {{ sum_units('n_requests') }} as n_requests,
        -- The ledger has no rows for nothing: a fact that knows "nothing was charged" keeps its 0.
        coalesce(
            sum(ledger_usage_cost_usd), sum(case when fact_usage_cost_usd = 0 then 0 end)
        ) as usage_cost_usd,
        sum(seat_cost_usd) as seat_cost_usd,
        sum(notional_cost_usd) as notional_cost_usd,
        max(active_flag) as active_flag,
        usage_date
    from ranked
    group by platform, person_key, usage_date

),

final as (

    select
        summed.usage_date,
        summed.person_email,
        summed.team_name,
        summed.department_name,
        summed.cost_centre,
        summed.platform,
        summed.n_lines_added,
        summed.n_accepted_lines_added,
        summed.n_comparable_accepted_lines_added,
        summed.n_comparable_lines_added,
        {{ share_of(
            'summed.n_comparable_accepted_lines_added', 'summed.n_comparable_lines_added'
        ) }} as line_acceptance_share,
        summed.n_tabs_accepted,
        summed.n_tabs_shown,
        summed.n_comparable_tabs_accepted,
        summed.n_comparable_tabs_shown,
        {{ share_of('summed.n_comparable_tabs_accepted', 'summed.n_comparable_tabs_shown') }}
            as tab_acceptance_share,
        summed.n_tool_actions_accepted,
        summed.n_tool_actions_rejected,
        summed.n_tool_actions_accepted + summed.n_tool_actions_rejected as n_tool_actions_reviewed,
        {{ share_of(
            'summed.n_tool_actions_accepted',
            '(summed.n_tool_actions_accepted + summed.n_tool_actions_rejected)'
        ) }} as tool_acceptance_share,
        summed.n_sessions,
        summed.n_commits,
        summed.n_pull_requests,
        summed.n_requests,
        cast(summed.usage_cost_usd as {{ numeric_type() }}) as usage_cost_usd,
        cast(summed.seat_cost_usd as {{ numeric_type() }}) as seat_cost_usd,
        cast(
            case
                when summed.usage_cost_usd is not null or summed.seat_cost_usd is not null
                    then
                        coalesce(summed.usage_cost_usd, {{ to_numeric("'0'") }})
                        + coalesce(summed.seat_cost_usd, {{ to_numeric("'0'") }})
            end as {{ numeric_type() }}
        ) as total_cost_usd,
        cast(summed.notional_cost_usd as {{ numeric_type() }}) as notional_cost_usd,
        summed.attribution_method,
        cast(summed.attribution_confidence as {{ numeric_type() }}) as attribution_confidence,
        summed.person_flag = 1 as is_person,
        summed.active_flag = 1 as is_active,
        day_versions.is_provisional,
        summed.person_key,
        {{ surrogate_key(['summed.usage_date', 'summed.platform', 'summed.person_key']) }}
            as productivity_daily_id,
        summed.person_id
    from summed
    inner join day_versions
        on summed.usage_date = day_versions.usage_date

)

select * from final
