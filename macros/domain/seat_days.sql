{#
A select of the days on which each seat is paid, with the day's part of the monthly fee: cut to nine decimals, what is cut
off on the first of the month, so that the days of a whole month add up to the fee. A line that says what an earlier one
says is none. A credit has a negative fee. The arguments name relations of the query: rows of int_spend__seats, and days
with their `usage_date`.
#}
{% macro seat_days(seats, days) -%}
{%- set n_days = days_in_month(days ~ '.usage_date') -%}
{%- set day_usd = proportional_part(seats ~ '.monthly_usd', '1', n_days) -%}
select
    {{ seats }}.sheet_row,
    {{ seats }}.vendor,
    {{ seats }}.platform,
    {{ seats }}.category,
    {{ seats }}.plan_name,
    {{ seats }}.seat_email,
    {{ seats }}.monthly_usd,
    {{ seats }}.valid_from_date,
    cast(
        case
            when extract(day from {{ days }}.usage_date) = 1
                then {{ seats }}.monthly_usd - {{ day_usd }} * ({{ n_days }} - 1)
            else {{ day_usd }}
        end as {{ numeric_type() }}
    ) as spend_usd,
    {{ days }}.usage_date
from {{ seats }}
inner join {{ days }}
    on
        {{ days }}.usage_date >= coalesce({{ seats }}.valid_from_date, cast('1900-01-01' as date))
        and {{ days }}.usage_date < coalesce({{ seats }}.valid_to_date, cast('9999-12-31' as date))
where {{ seats }}.repeated_sheet_row is null
{%- endmacro %}
