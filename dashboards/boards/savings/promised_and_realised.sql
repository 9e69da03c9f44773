select
    provider,
    sum(promised_savings_usd) as promised_savings_usd,
    sum(realised_savings_usd) as realised_savings_usd
from marts.mart_savings__routing_quality
where true [[and {{dates}}]] [[and {{organization}}]] [[and {{provider}}]]
group by provider
order by realised_savings_usd desc, provider
