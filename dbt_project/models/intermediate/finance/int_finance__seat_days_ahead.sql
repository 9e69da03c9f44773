{#
One row per seat and day of AS_OF's month that is not loaded yet: fees are known in advance. Fee by day and owner as in
the ledger (int_spend__seat_days, step 1 and 2 of the attribution ladder).
#}
with

seats as (

    select * from {{ ref('int_spend__seats') }}

),

email_owners as (

    select * from {{ ref('int_identity__email_owners') }}

),

people as (

    select * from {{ ref('int_identity__people') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

loaded as (

    select max(usage_date) as last_loaded_date
    from day_versions

),

month_days as (

    {{ date_rows(
        trunc_date('month', as_of_date()),
        "cast(" ~ dbt.last_day(as_of_date(), 'month') ~ " as date)"
    ) }}

),

days_ahead as (

    select month_days.date_day as usage_date
    from month_days
    cross join loaded
    where month_days.date_day > loaded.last_loaded_date

),

seat_days as (

    {{ seat_days('seats', 'days_ahead') }}

),

final as (

    select
        seat_days.sheet_row,
        seat_days.vendor,
        seat_days.platform,
        seat_days.category,
        people.team_name,
        people.department_name,
        people.cost_centre,
        seat_days.spend_usd as seat_cost_usd,
        seat_days.usage_date
    from seat_days
    left join email_owners
        on
            seat_days.seat_email = email_owners.alias_email
            and seat_days.usage_date >= email_owners.known_from_date
    left join people
        on
            email_owners.person_id = people.person_id
            and seat_days.usage_date >= people.valid_from_date
            and seat_days.usage_date < people.valid_to_date

)

select * from final
