{#
The cohorts of a usage scope are everybody who ever used it, once; and those of a month who stayed, of all cohorts
together, are the people active in that month. Compared where each of them is told.
#}
with

cohorts as (

    select * from {{ ref('mart_adoption__cohorts') }}

),

active_person_days as (

    select * from {{ ref('int_usage__active_person_days') }}

),

expected as (

    select
        platform,
        count(distinct person_key) as n_people,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from active_person_days
    group by platform, month_start_date

),

ever as (

    select
        platform,
        count(distinct person_key) as n_people
    from active_person_days
    group by platform

),

by_month as (

    select
        usage_scope as platform,
        {{ sum_units('n_active_people') }} as n_people,
        {{ sum_units('case when n_months_since_first_use = 0 then n_cohort_people else 0 end') }}
            as n_beginners,
        count(*) - count(n_active_people) as n_untold_cohorts,
        count(*) - count(n_cohort_people) as n_untold_beginnings,
        month_start_date
    from cohorts
    where usage_scope_level = 'platform'
    group by usage_scope, month_start_date

),

beginners as (

    select
        platform,
        {{ sum_units('n_beginners') }} as n_people
    from by_month
    group by platform
    having max(n_untold_beginnings) = 0

)

select
    expected.platform,
    'people of the month' as claim
from expected
left join by_month
    on
        expected.platform = by_month.platform
        and expected.month_start_date = by_month.month_start_date
where by_month.n_untold_cohorts = 0 and expected.n_people <> coalesce(by_month.n_people, 0)

union all

select
    ever.platform,
    'everybody begins once' as claim
from ever
inner join beginners
    on ever.platform = beginners.platform
where ever.n_people <> coalesce(beginners.n_people, 0)
