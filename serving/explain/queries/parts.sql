select * from marts.mart_finance__spend_parts
where spend_id in (select unnest($spend_ids))
order by spend_id, spend_usd desc, origin_id, source_actor_type, source_actor_id, counted_by
