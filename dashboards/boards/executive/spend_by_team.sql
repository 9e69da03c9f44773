select team_name, sum(spend_usd) as spend_usd
from marts.mart_executive__overview_monthly
where rollup_scope = 'team' [[and {{dates}}]] [[and {{team}}]]
group by 1
order by 2 desc
