with

-- Parts whose lines are not found: somebody in them waits to be erased.
unexplained as (

    select parts.spend_id
    from marts.mart_finance__spend_parts as parts
    left join marts.mart_finance__spend_lines as lines
        on parts.origin_id = lines.origin_id
    where lines.origin_id is null

)

select
    'ledger_row' as kind,
    spend_id as key
from marts.fct_ai_spend_daily
where
    spend_id in (select parts.spend_id from marts.mart_finance__spend_parts as parts)
    and spend_id not in (select unexplained.spend_id from unexplained)
order by spend_id
