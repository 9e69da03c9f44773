{#
One row per organisation that states how long its task rows are kept, or some of whose rows are gone: the last day whose
figures are settled. That is the day after the last expired one, because what a day is made of may begin on the day before.
#}
with

retention as (

    select * from {{ ref('int_savings__retention') }}

),

deletions as (

    select
        organization_id,
        max(last_deleted_date) as last_deleted_date
    from {{ ref('int_savings__deletions') }}
    group by organization_id

),

organizations as (

    select organization_id from retention

    union distinct

    select organization_id from deletions

),

expired as (

    select
        organizations.organization_id,
        {{ last_expired_date('retention.last_expired_date') }} as last_expired_date,
        deletions.last_deleted_date
    from organizations
    left join retention
        on organizations.organization_id = retention.organization_id
    left join deletions
        on organizations.organization_id = deletions.organization_id

),

final as (

    select
        organization_id,
        case
            when last_deleted_date > last_expired_date then {{ day_after('last_deleted_date') }}
            else {{ day_after('last_expired_date') }}
        end as last_settled_date
    from expired

)

select * from final
