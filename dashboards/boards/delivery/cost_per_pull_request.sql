select
    month_start_date,
    team_name,
    spend_usd,
    n_merged_pull_requests,
    spend_usd_per_pull_request,
    case
        when n_merged_pull_requests is null then 'few_people'
        when n_merged_pull_requests = 0 then 'nothing_merged'
        when spend_usd is null then 'no_money'
        else ''
    end as ratio_null_reason
from metrics.mart_delivery__cost_per_pull_request
where true [[and {{dates}}]] [[and {{team}}]]
order by month_start_date desc, team_name
