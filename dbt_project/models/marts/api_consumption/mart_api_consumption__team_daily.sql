{#
One row per UTC day, shown team, platform, shown workspace and model: what was used over an API, and what it cost. Without
people and keys, for every reader.
#}
{{ daily_table('usage_date', cluster_by=['platform', 'model']) }}
with

consumption as (

    select * from {{ ref('mart_api_consumption__daily') }}

),

shown_teams as (

    select * from {{ ref('int_identity__shown_teams') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

shown_workspaces as (

    select distinct
        workspace_key,
        week_start_date
    from shown_teams
    where usage_scope = 'claude_api' and is_workspace_shown

),

{% set measures = [
    'uncached_input_tokens', 'cache_read_tokens', 'cache_write_tokens', 'cache_write_5m_tokens',
    'cache_write_1h_tokens', 'output_tokens', 'cache_hit_tokens', 'all_input_tokens',
    'total_tokens', 'costed_tokens', 'n_web_searches', 'n_requests'
] %}
{% set costs = [
    'input_cost_usd', 'output_cost_usd', 'cache_write_cost_usd', 'cache_read_cost_usd',
    'web_search_cost_usd', 'code_execution_cost_usd', 'seat_cost_usd', 'other_cost_usd',
    'token_cost_usd', 'costed_tokens_cost_usd', 'total_cost_usd'
] %}
-- Requests that Cursor sends over an own key are use of few of those who have a seat.
named as (

    select
        consumption.*,
        {{ shown_team_name('consumption.team_name') }} as shown_team_name,
        case
            when consumption.workspace_key is null then null
            when shown_workspaces.workspace_key is not null then consumption.workspace_name
            else 'other workspaces'
        end as shown_workspace_name,
        coalesce(shown_teams.has_few_people, false) as has_few_people
    from consumption
    left join shown_teams
        on
            case when consumption.platform = 'cursor' then 'cursor_api_key' else 'claude_api' end
            = shown_teams.usage_scope
            and coalesce(consumption.team_name, '') = coalesce(shown_teams.team_name, '')
            and coalesce(consumption.workspace_key, '') = coalesce(shown_teams.workspace_key, '')
            and {{ trunc_date('week', 'consumption.usage_date') }} = shown_teams.week_start_date
    left join shown_workspaces
        on
            consumption.workspace_key = shown_workspaces.workspace_key
            and {{ trunc_date('week', 'consumption.usage_date') }}
            = shown_workspaces.week_start_date

),

summed as (

    select
        shown_team_name as team_name,
        platform,
        shown_workspace_name,
        model,
        {% for measure in measures %}
        {{ sum_units('case when not has_few_people then ' ~ measure ~ ' end') }} as {{ measure }},
        {% endfor %}
        {% for cost in costs %}
        sum({{ cost }}) as {{ cost }},
        {% endfor %}
        usage_date
    from named
    group by usage_date, shown_team_name, platform, shown_workspace_name, model

),

final as (

    select
        summed.usage_date,
        summed.team_name,
        summed.platform,
        summed.shown_workspace_name,
        summed.model,
        {% for measure in measures %}
        summed.{{ measure }},
        {% endfor %}
        {% for cost in costs %}
        cast(summed.{{ cost }} as {{ numeric_type() }}) as {{ cost }},
        {% endfor %}
        day_versions.is_provisional,
        {{ surrogate_key([
            'summed.usage_date', 'summed.platform', 'summed.team_name',
            'summed.shown_workspace_name', 'summed.model'
        ]) }} as api_team_daily_id
    from summed
    inner join day_versions
        on summed.usage_date = day_versions.usage_date

)

select * from final
