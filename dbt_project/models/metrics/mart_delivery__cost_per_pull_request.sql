{#
One row per month and team: what its coding tools cost beside the pull requests that its people merged.

A cohort ratio: the money of all who use the tools over the pull requests of all who merge some. It is no price of a pull
request, and no cost of one: nobody knows which dollar went into which.
#}
with

pull_requests as (

    select * from {{ ref('int_delivery__pull_requests') }}
    where
        merged_at is not null
        and not is_bot
        and {{ is_loaded_whole(trunc_date('month', utc_date('merged_at'))) }}

),

spend as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where category = 'coding_agents'

),

merged as (

    select
        {{ trunc_date('month', utc_date('merged_at')) }} as month_start_date,
        team_name,
        count(*) as n_merged_pull_requests,
        count(distinct author_key) as n_authors
    from pull_requests
    group by month_start_date, team_name

),

known_months as (

    select
        month_start_date,
        min(n_merged_pull_requests) as n_least
    from merged
    group by month_start_date

),

-- Before the first month that is loaded whole nobody knows how many there were.
spent as (

    select
        known_months.month_start_date,
        spend.team_name,
        sum(spend.spend_usd) as spend_usd,
        max(case when spend.is_provisional then 1 else 0 end) as provisional_flag
    from spend
    inner join known_months
        on {{ trunc_date('month', 'spend.usage_date') }} = known_months.month_start_date
    group by known_months.month_start_date, spend.team_name

),

team_months as (

    select
        month_start_date,
        team_name
    from merged

    union distinct

    select
        month_start_date,
        team_name
    from spent

),

measured as (

    select
        team_months.month_start_date,
        team_months.team_name,
        spent.spend_usd,
        coalesce(spent.provisional_flag, 0) = 1 as is_provisional,
        coalesce(merged.n_merged_pull_requests, 0) as n_merged,
        coalesce(merged.n_authors, 0) as n_authors
    from team_months
    left join merged
        on
            team_months.month_start_date = merged.month_start_date
            and coalesce(team_months.team_name, '') = coalesce(merged.team_name, '')
    left join spent
        on
            team_months.month_start_date = spent.month_start_date
            and coalesce(team_months.team_name, '') = coalesce(spent.team_name, '')

),

shown as (

    select
        *,
        {{ unless_few_people('n_authors', 'n_merged') }} as n_merged_pull_requests
    from measured

),

final as (

    select
        month_start_date,
        team_name,
        'cohort_ratio' as cost_method,
        cast(spend_usd as {{ numeric_type() }}) as spend_usd,
        cast(n_merged_pull_requests as {{ dbt.type_bigint() }}) as n_merged_pull_requests,
        case
            when n_merged_pull_requests > 0
                then {{ proportional_part('spend_usd', '1', 'n_merged_pull_requests') }}
        end as spend_usd_per_pull_request,
        is_provisional,
        {{ surrogate_key(['month_start_date', 'team_name']) }} as team_month_id
    from shown

)

select * from final
