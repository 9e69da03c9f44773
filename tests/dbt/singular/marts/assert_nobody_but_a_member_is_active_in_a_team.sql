select
    platform,
    team_name,
    week_start_date,
    n_active_people,
    n_team_people
from {{ ref('mart_engineering__team_weekly') }}
where n_active_people > n_team_people
