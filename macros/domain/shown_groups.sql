{#
Which groups of people are shown by name to every reader, period by period: a query over `users` (CTE or model with a row
per person, `week_date`, `period_date`, the columns `within` and the `group` they belong to; never NULL). The groups that
are not shown are merged into one, within the columns `within`.

A group is shown in a period if in each of its weeks either nobody or at least `fewest_people()` of it were there. If the
others together are fewer than that in some week, the smallest shown group that fills up those weeks joins them, or all
do: what is left over of a total is then no smaller than what is shown.
#}
{% macro shown_groups(users, within, group) %}
{%- set part = (within + ['period_date']) -%}
{%- set parts = part | join(', ') -%}
{%- set least_parts = 'least_people.' ~ part | join(', least_people.') -%}
with

group_weeks as (

    select
        {{ parts }},
        {{ group }},
        week_date,
        count(distinct person_key) as n_people
    from {{ users }}
    group by {{ parts }}, {{ group }}, week_date

),

least_people as (

    select
        {{ parts }},
        {{ group }},
        min(n_people) as n_least_people
    from group_weeks
    group by {{ parts }}, {{ group }}

),

lacking_weeks as (

    select
        {% for column in part %}
        users.{{ column }},
        {% endfor %}
        users.week_date
    from {{ users }} as users
    inner join least_people
        on
            {% for column in part %}
            users.{{ column }} = least_people.{{ column }}
            and
            {% endfor %}
            users.{{ group }} = least_people.{{ group }}
    where least_people.n_least_people < {{ fewest_people() }}
    group by
        {% for column in part %}
        users.{{ column }},
        {% endfor %}
        users.week_date
    having count(distinct users.person_key) < {{ fewest_people() }}

),

lacking as (

    select
        {{ parts }},
        count(*) as n_lacking_weeks
    from lacking_weeks
    group by {{ parts }}

),

filled as (

    select
        {% for column in part %}
        group_weeks.{{ column }},
        {% endfor %}
        group_weeks.{{ group }},
        count(*) as n_filled_weeks
    from group_weeks
    inner join lacking_weeks
        on
            {% for column in part %}
            group_weeks.{{ column }} = lacking_weeks.{{ column }}
            and
            {% endfor %}
            group_weeks.week_date = lacking_weeks.week_date
    group by
        {% for column in part %}
        group_weeks.{{ column }},
        {% endfor %}
        group_weeks.{{ group }}

),

ranked as (

    select
        {% for column in part %}
        least_people.{{ column }},
        {% endfor %}
        least_people.{{ group }},
        least_people.n_least_people >= {{ fewest_people() }} as is_large,
        coalesce(lacking.n_lacking_weeks, 0) as n_lacking_weeks,
        row_number() over (
            partition by least_people.n_least_people >= {{ fewest_people() }}, {{ least_parts }}
            order by
                coalesce(filled.n_filled_weeks, 0) desc,
                least_people.n_least_people asc,
                least_people.{{ group }} desc
        ) as joining_rank,
        max(coalesce(filled.n_filled_weeks, 0)) over (
            partition by least_people.n_least_people >= {{ fewest_people() }}, {{ least_parts }}
        ) as most_filled_weeks
    from least_people
    left join lacking
        on
            {% for column in part %}
            least_people.{{ column }} = lacking.{{ column }}
            and
            {% endfor %}
            true
    left join filled
        on
            {% for column in part %}
            least_people.{{ column }} = filled.{{ column }}
            and
            {% endfor %}
            least_people.{{ group }} = filled.{{ group }}

)

select
    {{ parts }},
    {{ group }},
    is_large
    and (
        n_lacking_weeks = 0
        or (joining_rank > 1 and most_filled_weeks = n_lacking_weeks)
    ) as is_shown
from ranked
{% endmacro %}
