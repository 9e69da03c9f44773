select * from marts.dim_provider_pricing
where price_version in (select unnest($versions))
order by provider, token_class nulls last, valid_from_date, price_version
