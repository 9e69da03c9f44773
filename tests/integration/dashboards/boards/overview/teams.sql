select team_name, n_people
from marts.mart_teams
where true [[and {{team}}]]
order by team_name
