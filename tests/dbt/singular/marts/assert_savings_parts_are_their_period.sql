{#
The providers of a period are the period, and its task types are it too, to the last digit; an unknown sum is unknown in
all of them. Returns the periods and kinds of part that are not the whole.
#}
{% set sums = [
    'n_tasks', 'n_successful_tasks', 'n_overhead_tasks', 'n_priced_overhead_tasks', 'n_compared_tasks', 'n_timed_tasks', 'total_tokens', 'duration_ms_sum',
    'actual_cost_usd', 'compared_actual_cost_usd', 'baseline_cost_usd', 'gross_savings_usd',
    'net_savings_usd'
] %}
with

periods as (

    select * from {{ ref('mart_savings__periods') }}

),

parts as (

    select
        organization_id,
        period_type,
        period_start_date,
        part_type,
        {%- for name in sums %}
        sum({{ name }}) as {{ name }},
        {%- endfor %}
        count(*) as n_rows
    from {{ ref('mart_savings__period_parts') }}
    group by organization_id, period_type, period_start_date, part_type

),

-- What must be there, whether it is or not.
wholes as (

    {% for part_type in ['provider', 'task_type'] %}
    select
        '{{ part_type }}' as part_type,
        periods.*
    from periods
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

)

select
    coalesce(wholes.organization_id, parts.organization_id) as organization_id,
    coalesce(wholes.period_type, parts.period_type) as period_type,
    coalesce(wholes.period_start_date, parts.period_start_date) as period_start_date,
    coalesce(wholes.part_type, parts.part_type) as part_type,
    wholes.n_tasks as n_tasks_of_whole,
    parts.n_tasks as n_tasks_of_parts,
    wholes.net_savings_usd as net_savings_of_whole_usd,
    parts.net_savings_usd as net_savings_of_parts_usd
from wholes
full outer join parts
    on
        wholes.organization_id = parts.organization_id
        and wholes.period_type = parts.period_type
        and wholes.period_start_date = parts.period_start_date
        and wholes.part_type = parts.part_type
where
    wholes.organization_id is null
    or parts.organization_id is null
    {%- for name in sums %}
    or wholes.{{ name }} <> parts.{{ name }}
    or (wholes.{{ name }} is null) <> (parts.{{ name }} is null)
    {%- endfor %}
