select
    task_type,
    sum(gross_savings_usd) as gross_savings_usd
from marts.mart_savings__daily
where true [[and {{dates}}]] [[and {{organization}}]] [[and {{provider}}]]
group by task_type
order by gross_savings_usd desc, task_type
