select
    team_name,
    sum(spend_usd) as spend_usd
from marts.mart_executive__overview_monthly
where
    rollup_scope = 'category_vendor_team'
    [[and {{dates}}]] [[and {{vendor}}]] [[and {{category}}]] [[and {{team}}]]
group by team_name
order by spend_usd desc, team_name
