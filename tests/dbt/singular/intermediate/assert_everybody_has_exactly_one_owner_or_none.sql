{#
Every actor that used or was charged for something is looked up once: the ladder loses nobody and
doubles nobody.
#}
with

subjects as (

    select * from {{ ref('int_attribution__subjects') }}

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

counted as (

    select
        vendor,
        platform,
        actor_type,
        actor_id,
        usage_date,
        1 as n_subjects,
        0 as n_owners
    from subjects

    union all

    select
        vendor,
        platform,
        actor_type,
        actor_id,
        usage_date,
        0 as n_subjects,
        1 as n_owners
    from chosen

)

select
    counted.vendor,
    counted.platform,
    counted.actor_type,
    counted.actor_id,
    counted.usage_date,
    sum(counted.n_subjects) as n_subjects,
    sum(counted.n_owners) as n_owners
from counted
inner join day_versions
    on counted.usage_date = day_versions.usage_date
group by
    counted.vendor, counted.platform, counted.actor_type, counted.actor_id, counted.usage_date
having sum(counted.n_subjects) <> 1 or sum(counted.n_owners) <> 1
