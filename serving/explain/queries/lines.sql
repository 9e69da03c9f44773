select * from marts.mart_finance__spend_lines
where origin_id in (select unnest($origin_ids))
order by origin_id, line_usd desc, spend_line_id
