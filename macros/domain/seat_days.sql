{#
A select of the days on which each line of the seats tab is paid, with the day's part of the monthly fee: cut to nine
decimals, what is cut off on the first of the month, so that the days of a whole month add up to the fee. A line whose
amount or dates cannot be read is none. Vendor and platform stand in for each other. The arguments name relations of the
query: lines of the tab, platforms, and days with their `usage_date`.
#}
{% macro seat_days(seats, platforms, days) -%}
{%- set n_days = days_in_month(days ~ '.usage_date') -%}
{%- set day_usd = proportional_part(seats ~ '.monthly_usd', '1', n_days) -%}
select
    {{ seats }}.sheet_row,
    coalesce({{ seats }}.vendor, {{ platforms }}.vendor) as vendor,
    coalesce({{ seats }}.platform, {{ seats }}.vendor) as platform,
    {{ platforms }}.category,
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
left join {{ platforms }}
    on {{ seats }}.platform = {{ platforms }}.platform
where
    {{ seats }}.monthly_usd is not null
    and ({{ seats }}.valid_from_text is null or {{ seats }}.valid_from_date is not null)
    and ({{ seats }}.valid_to_text is null or {{ seats }}.valid_to_date is not null)
{%- endmacro %}
