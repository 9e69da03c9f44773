with

days as (

    select
        usage_date,
        costed_tokens,
        costed_tokens_cost_usd,
        cache_hit_tokens,
        all_input_tokens
    from marts.mart_api_consumption__team_daily
    where
        true [[and {{dates}}]] [[and {{team}}]] [[and {{platform}}]] [[and {{workspace}}]]
        [[and {{model}}]]

)

select
    dim_dates.week_start_date,
    sum(days.costed_tokens_cost_usd) * 1000000
    / nullif(sum(days.costed_tokens), 0) as cost_usd_per_million_tokens,
    sum(days.cache_hit_tokens) / nullif(sum(days.all_input_tokens), 0) as cache_hit_share
from days
inner join marts.dim_dates
    on days.usage_date = dim_dates.calendar_date
group by dim_dates.week_start_date
order by dim_dates.week_start_date
