{#
The name under which a team's behaviour is shown, over a left join with int_identity__shown_teams: its own, or that of all
merged teams. Use without a team is shown as such, also where nobody is known to stand behind it.
#}
{% macro shown_team_name(team_name, shown_teams='shown_teams') -%}
case
    when {{ shown_teams }}.is_team_shown or ({{ team_name }} is null and {{ shown_teams }}.is_team_shown is null)
        then {{ team_name }}
    else 'other teams'
end
{%- endmacro %}
