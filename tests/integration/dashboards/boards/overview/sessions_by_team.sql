select usage_date, team_name, sum(n_sessions) as n_sessions
from marts.mart_use
where true [[and {{dates}}]]
group by 1, 2
order by 1, 2
