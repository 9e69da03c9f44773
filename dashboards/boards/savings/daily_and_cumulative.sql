select
    usage_date,
    sum(gross_savings_usd) as gross_savings_usd,
    sum(sum(gross_savings_usd)) over (order by usage_date nulls first) as cumulative_savings_usd
from marts.mart_savings__daily
where true [[and {{dates}}]] [[and {{organization}}]] [[and {{provider}}]]
group by usage_date
order by usage_date
