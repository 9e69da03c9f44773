select * from marts.fct_ai_spend_daily
where spend_id in (select unnest($spend_ids))
