{#
Whether a row of int_delivery__shown_teams is that of a team on the day of an instant: the condition
of the left join that shown_team_name wants. Nobody's team is the empty one.
#}
{% macro of_shown_team(team_name, instant) -%}
coalesce({{ team_name }}, '') = shown_teams.team_text
and {{ four_weeks_date('cast(' ~ instant ~ ' as date)') }} = shown_teams.period_date
{%- endmacro %}
