select
    use.week_start_date,
    sum(use.n_sessions) as n_sessions,
    sum(use.n_sessions) / nullif(sum(teams.n_people), 0) as sessions_per_person
from (
    select week_start_date, team_name, n_sessions
    from marts.mart_use
    where true [[and {{dates}}]] [[and {{team}}]]
) as use
inner join marts.mart_teams as teams
    on use.team_name = teams.team_name
group by 1
order by 1
