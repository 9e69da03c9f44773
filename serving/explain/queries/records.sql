select * from marts.mart_finance__spend_records
where paper_id in (select unnest($paper_ids))
order by paper_id, record_usd desc, record_row, spend_record_id
