{# A check that found nothing has a row saying so; a check without a row has not run. #}
with

quality_checks as (

    select * from {{ ref('quality_checks') }}

),

results as (

    select * from {{ ref('dq_results') }}

),

checked as (

    select check_name
    from results
    group by check_name

)

select quality_checks.check_name
from quality_checks
left join checked
    on quality_checks.check_name = checked.check_name
where checked.check_name is null
