{# One row per UTC day from 2023 to a year after AS_OF. #}
with

days as (

    {{ date_rows(
        "cast('2023-01-01' as date)",
        "cast(" ~ dbt.dateadd('day', 366, as_of_date()) ~ " as date)"
    ) }}

),

final as (

    select
        date_day as calendar_date,
        {{ trunc_date('week', 'date_day') }} as week_start_date,
        {{ trunc_date('month', 'date_day') }} as month_start_date,
        {{ trunc_date('quarter', 'date_day') }} as quarter_start_date,
        extract(year from date_day) as calendar_year,
        extract(month from date_day) as calendar_month,
        extract(day from date_day) as day_of_month,
        extract(isoyear from date_day) as iso_year,
        {{ iso_week('date_day') }} as iso_week,
        {{ iso_weekday('date_day') }} as iso_weekday,
        {{ iso_weekday('date_day') }} >= 6 as is_weekend
    from days

)

select * from final
