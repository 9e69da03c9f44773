{# The company's active people of a month are counted once, whatever they use. #}
with

overview as (

    select * from {{ ref('mart_executive__overview_monthly') }}
    where rollup_scope = 'company'

),

company_people as (

    select
        count(distinct person_key) as n_people,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from {{ ref('int_usage__active_person_days') }}
    group by month_start_date

)

select
    company_people.month_start_date,
    company_people.n_people,
    overview.n_active_people
from company_people
left join overview
    on company_people.month_start_date = overview.month_start_date
where
    company_people.n_people >= 5
    and company_people.n_people <> coalesce(overview.n_active_people, 0)
