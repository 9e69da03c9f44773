{#
One row per line of usage that the vendor has not billed yet: every line of a day without a bill, and on the newest day
with one the lines that it lacks of a kind that was billed on another day, for that bill may have come in part. What an
older bill lacks is not charged, and what was never billed will not be: both as blocked requests are not.
#}
with

priced_usage as (

    select * from {{ ref('int_spend__priced_usage') }}

),

bill_lines as (

    select * from {{ ref('int_spend__bill_lines') }}

),

vendor_costs as (

    select * from {{ ref('int_spend__vendor_costs') }}
    where not is_counted_elsewhere

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

usage_lines as (

    select
        {{ spend_line_key() }} as line_key,
        {{ spend_line_kind() }} as line_kind,
        usage_date
    from priced_usage

),

distinct_lines as (

    select
        line_key,
        min(line_kind) as line_kind,
        usage_date
    from usage_lines
    group by line_key, usage_date

),

vendor_days as (

    select usage_date
    from vendor_costs
    group by usage_date

),

billed_days as (

    select usage_date from bill_lines

    union distinct

    select usage_date from vendor_days

),

billed_kinds as (

    select line_kind
    from bill_lines
    group by line_kind

)

select
    distinct_lines.line_key,
    distinct_lines.usage_date
from distinct_lines
inner join day_versions
    on distinct_lines.usage_date = day_versions.usage_date
left join billed_days
    on distinct_lines.usage_date = billed_days.usage_date
left join vendor_days
    on distinct_lines.usage_date = vendor_days.usage_date
left join bill_lines
    on distinct_lines.line_key = bill_lines.line_key
left join billed_kinds
    on distinct_lines.line_kind = billed_kinds.line_kind
where
    bill_lines.line_key is null
    and (
        billed_days.usage_date is null
        or (day_versions.has_open_bill and billed_kinds.line_kind is not null)
    )
    -- The vendor's own costs are all of their day.
    and vendor_days.usage_date is null
