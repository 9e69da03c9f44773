{#
Who the actors of one group are together, and how sure that is: the columns of one person over
rows with a certainty_rank.
#}
{% macro person_of_actors() -%}
min(person_id) as person_id,
min(person_email) as person_email,
min(team_name) as team_name,
min(department_name) as department_name,
min(cost_centre) as cost_centre,
max(case when certainty_rank = 1 then attribution_method end) as attribution_method,
max(case when certainty_rank = 1 then attribution_confidence end) as attribution_confidence,
-- An e-mail that only a sheet or a key's name knows may be a mailbox of machines.
max(
    case
        when person_id is not null then 1
        when attribution_method in ('direct_email_unlisted', 'vendor_actor_unlisted') then 1
        else 0
    end
) as person_flag
{%- endmacro %}
