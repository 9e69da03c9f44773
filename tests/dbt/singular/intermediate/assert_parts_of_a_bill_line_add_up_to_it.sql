{# Every line of the bill is split completely: its parts are the line to the last billionth. #}
with

bill_lines as (

    select * from {{ ref('int_spend__bill_lines') }}

),

allocated_lines as (

    select * from {{ ref('int_spend__allocated_lines') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

amounts as (

    select
        bill_lines.line_key,
        bill_lines.usage_date,
        bill_lines.line_cost_usd as line_usd,
        {{ to_numeric("'0'") }} as parts_usd
    from bill_lines
    inner join day_versions
        on bill_lines.usage_date = day_versions.usage_date

    union all

    select
        line_key,
        usage_date,
        {{ to_numeric("'0'") }} as line_usd,
        spend_usd as parts_usd
    from allocated_lines

)

select
    line_key,
    usage_date,
    sum(line_usd) as total_line_usd,
    sum(parts_usd) as total_parts_usd
from amounts
group by line_key, usage_date
having sum(line_usd) <> sum(parts_usd)
