{#
One row per month and person, with the categories side by side; money and use that nobody is named for stand in the one
row `unattributed`, so that the rows of a month add up to the ledger.
#}
with

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

cursor_usage as (

    select * from {{ ref('fact_cursor_daily_usage') }}

),

claude_usage as (

    select * from {{ ref('fact_claude_daily_usage') }}

),

gemini_usage as (

    select * from {{ ref('fct_gemini_daily_usage') }}

),

observed_days as (

    select * from {{ ref('int_usage__observed_days') }}

),

platforms as (

    select * from {{ ref('platforms') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

months as (

    select * from {{ ref('int_runs__months') }}

),

read_months as (

    select * from {{ ref('int_finance__read_months') }}

),

-- One row per month: of which kinds of tools something was read, of what all of it.
readings as (

    select
        month_start_date,
        {% for category in ['coding_agents', 'api_usage', 'ai_assistants'] %}
        max(case when scope_key = '{{ category }}' and is_read_so_far then 1 else 0 end) = 1
            as has_{{ category }},
        {% endfor %}
        max(case when budget_scope = 'company' and is_read_so_far then 1 else 0 end) = 1
            as is_read_so_far,
        max(case when is_seats_tab_read then 1 else 0 end) = 1 as is_seats_tab_read,
        max(case when budget_scope = 'company' then unread_reason end) as unread_reason,
        max(case when budget_scope = 'company' and is_complete_month then 1 else 0 end) = 1
            as is_complete_month
    from read_months
    group by month_start_date

),

-- One row per month in which anybody's use could have been seen, and of which kinds of tools.
observed_months as (

    select
        {% for category in ['coding_agents', 'api_usage', 'ai_assistants'] %}
        max(case when platforms.category = '{{ category }}' then 1 else 0 end) = 1
            as has_{{ category }}_use,
        {% endfor %}
        {{ trunc_date('month', 'observed_days.usage_date') }} as month_start_date
    from observed_days
    inner join platforms
        on observed_days.platform = platforms.platform
    group by month_start_date

),

spend as (

    select
        coalesce(person_id, person_email, 'unattributed') as person_key,
        min(person_id) as person_id,
        min(person_email) as person_email,
        max(
            case
                when attribution_method in ('direct_email_unlisted', 'vendor_actor_unlisted')
                    then 1
                else 0
            end
        ) as direct_email_flag,
        sum(spend_usd) as spend_usd,
        sum(case when category = 'coding_agents' then spend_usd end) as coding_agents_spend_usd,
        sum(case when category = 'api_usage' then spend_usd end) as api_usage_spend_usd,
        sum(case when category = 'ai_assistants' then spend_usd end) as ai_assistants_spend_usd,
        sum(case when coalesce(category, 'other') = 'other' then spend_usd end)
            as uncategorised_spend_usd,
        sum(case when cost_component = 'seat' then spend_usd end) as seat_cost_usd,
        sum(case when cost_component <> 'seat' then spend_usd end) as usage_cost_usd,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from ledger
    group by person_key, month_start_date

),

activity as (

    select
        person_key,
        min(person_id) as person_id,
        min(person_email) as person_email,
        count(distinct usage_date) as n_active_days,
        count(distinct case when category = 'coding_agents' then usage_date end)
            as n_coding_agents_active_days,
        count(distinct case when category = 'api_usage' then usage_date end)
            as n_api_usage_active_days,
        count(distinct case when category = 'ai_assistants' then usage_date end)
            as n_ai_assistants_active_days,
        count(distinct platform) as n_platforms_used,
        max(case when platform = 'cursor' then 1 else 0 end) = 1 as is_cursor_user,
        max(case when platform = 'claude_code' then 1 else 0 end) = 1 as is_claude_code_user,
        max(case when platform = 'claude_api' then 1 else 0 end) = 1 as is_claude_api_user,
        max(case when platform = 'claude_ai' then 1 else 0 end) = 1 as is_claude_ai_user,
        max(case when platform = 'gemini_workspace' then 1 else 0 end) = 1 as is_gemini_user,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from active_person_days
    group by person_key, month_start_date

),

cursor_sums as (

    select
        coalesce(person_id, person_email, 'unattributed') as person_key,
        min(person_id) as person_id,
        min(person_email) as person_email,
        {{ sum_units('n_accepted_lines_added') }} as n_cursor_accepted_lines_added,
        {{ sum_units('n_tabs_accepted') }} as n_cursor_tabs_accepted,
        {{ sum_units('n_agent_requests') }} as n_cursor_agent_requests,
        sum(notional_cost_usd) as notional_cost_usd,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from cursor_usage
    group by person_key, month_start_date

),

claude_sums as (

    select
        coalesce(person_id, person_email, 'unattributed') as person_key,
        min(person_id) as person_id,
        min(person_email) as person_email,
        {{ sum_units("case when platform = 'claude_code' then n_sessions end") }}
            as n_claude_code_sessions,
        {{ sum_units("case when platform = 'claude_code' then n_lines_added end") }}
            as n_claude_code_lines_added,
        {{ sum_units("case when platform = 'claude_code' then n_commits end") }}
            as n_claude_code_commits,
        {{ sum_units("case when platform = 'claude_code' then n_pull_requests end") }}
            as n_claude_code_pull_requests,
        {{ sum_units("case when platform = 'claude_api' then coalesce(uncached_input_tokens, 0)
            + coalesce(cache_read_tokens, 0) + coalesce(cache_write_tokens, 0) end") }}
            as claude_api_input_tokens,
        {{ sum_units("case when platform = 'claude_api' then output_tokens end") }}
            as claude_api_output_tokens,
        {{ sum_units("case when platform = 'claude_ai' then n_conversations end") }}
            as n_claude_ai_conversations,
        {{ sum_units("case when platform = 'claude_ai' then n_messages end") }}
            as n_claude_ai_messages,
        sum(notional_cost_usd) as notional_cost_usd,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from claude_usage
    group by person_key, month_start_date

),

gemini_sums as (

    select
        coalesce(person_id, person_email, 'unattributed') as person_key,
        min(person_id) as person_id,
        min(person_email) as person_email,
        {{ sum_units('n_active_events') }} as n_gemini_active_events,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from gemini_usage
    group by person_key, month_start_date

),

all_keys as (

    {% for sums in ['spend', 'activity', 'cursor_sums', 'claude_sums', 'gemini_sums'] %}
    select
        person_key,
        person_id,
        person_email,
        month_start_date
    from {{ sums }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

person_months as (

    select
        person_key,
        min(person_id) as person_id,
        min(person_email) as person_email,
        month_start_date
    from all_keys
    group by person_key, month_start_date

),

-- The profile is that of the last loaded day of the month, or, for who left before, the last one in
-- force in it.
profiles as (

    select
        people.person_id,
        people.person_name,
        people.team_name,
        people.department_name,
        people.manager_email,
        people.cost_centre,
        months.month_start_date,
        row_number() over (
            partition by people.person_id, months.month_start_date
            order by people.valid_from_date desc
        ) as version_rank
    from months
    inner join people
        on
            months.last_loaded_date >= people.valid_from_date
            and months.month_start_date < people.valid_to_date

),

final as (

    select
        person_months.month_start_date,
        profiles.person_name,
        person_months.person_email,
        profiles.team_name as month_end_team_name,
        profiles.department_name as month_end_department_name,
        profiles.cost_centre as month_end_cost_centre,
        profiles.manager_email as month_end_manager_email,
        -- Nobody is known to have been idle where nothing was read.
        {% for count, is_observed in [
            ('n_active_days', 'observed_months.month_start_date is not null'),
            ('n_coding_agents_active_days', 'observed_months.has_coding_agents_use'),
            ('n_api_usage_active_days', 'observed_months.has_api_usage_use'),
            ('n_ai_assistants_active_days', 'observed_months.has_ai_assistants_use'),
            ('n_platforms_used', 'observed_months.month_start_date is not null')
        ] %}
        case
            when {{ is_observed }} then coalesce(activity.{{ count }}, 0)
            else nullif(activity.{{ count }}, 0)
        end as {{ count }},
        {% endfor %}
        cursor_sums.n_cursor_accepted_lines_added,
        cursor_sums.n_cursor_tabs_accepted,
        cursor_sums.n_cursor_agent_requests,
        claude_sums.n_claude_code_sessions,
        claude_sums.n_claude_code_lines_added,
        claude_sums.n_claude_code_commits,
        claude_sums.n_claude_code_pull_requests,
        claude_sums.claude_api_input_tokens,
        claude_sums.claude_api_output_tokens,
        claude_sums.n_claude_ai_conversations,
        claude_sums.n_claude_ai_messages,
        gemini_sums.n_gemini_active_events,
        -- Nothing is 0 where it was read, and unknown where it was not.
        {% for column, is_read in [
            ('spend_usd', 'is_read_so_far'), ('coding_agents_spend_usd', 'has_coding_agents'),
            ('api_usage_spend_usd', 'has_api_usage'),
            ('ai_assistants_spend_usd', 'has_ai_assistants'),
            ('uncategorised_spend_usd', 'is_read_so_far'), ('seat_cost_usd', 'is_seats_tab_read'),
            ('usage_cost_usd', 'is_read_so_far')
        ] %}
        cast(
            coalesce(
                spend.{{ column }}, case when coalesce(readings.{{ is_read }}, true) then 0 end
            ) as {{ numeric_type() }}
        ) as {{ column }},
        {% endfor %}
        -- Unknown only where neither fact states any.
        cast(
            coalesce(
                cursor_sums.notional_cost_usd + claude_sums.notional_cost_usd,
                cursor_sums.notional_cost_usd,
                claude_sums.notional_cost_usd
            ) as {{ numeric_type() }}
        ) as notional_cost_usd,
        -- An e-mail that only a sheet or a key's name knows may be a mailbox of machines.
        person_months.person_id is not null
        or activity.person_key is not null
        or coalesce(spend.direct_email_flag, 0) = 1 as is_person,
        coalesce(activity.is_cursor_user, false) as is_cursor_user,
        coalesce(activity.is_claude_code_user, false) as is_claude_code_user,
        coalesce(activity.is_claude_api_user, false) as is_claude_api_user,
        coalesce(activity.is_claude_ai_user, false) as is_claude_ai_user,
        coalesce(activity.is_gemini_user, false) as is_gemini_user,
        readings.unread_reason,
        coalesce(readings.is_complete_month, months.is_complete_month) as is_complete_month,
        months.is_provisional,
        person_months.person_key,
        {{ surrogate_key(['person_months.month_start_date', 'person_months.person_key']) }}
            as person_monthly_id,
        person_months.person_id
    from person_months
    inner join months
        on person_months.month_start_date = months.month_start_date
    left join observed_months
        on person_months.month_start_date = observed_months.month_start_date
    left join readings
        on person_months.month_start_date = readings.month_start_date
    left join spend
        on
            person_months.person_key = spend.person_key
            and person_months.month_start_date = spend.month_start_date
    left join activity
        on
            person_months.person_key = activity.person_key
            and person_months.month_start_date = activity.month_start_date
    left join cursor_sums
        on
            person_months.person_key = cursor_sums.person_key
            and person_months.month_start_date = cursor_sums.month_start_date
    left join claude_sums
        on
            person_months.person_key = claude_sums.person_key
            and person_months.month_start_date = claude_sums.month_start_date
    left join gemini_sums
        on
            person_months.person_key = gemini_sums.person_key
            and person_months.month_start_date = gemini_sums.month_start_date
    left join profiles
        on
            person_months.person_id = profiles.person_id
            and person_months.month_start_date = profiles.month_start_date
            and profiles.version_rank = 1

)

select * from final
