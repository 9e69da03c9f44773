select * from marts.mart_savings__rates
where price_version in (select unnest($versions))
order by provider, price_version
