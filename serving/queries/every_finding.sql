with

ranked as (

    select
        *,
        case check_status when 'fail' then 1 when 'warn' then 2 else 3 end as status_rank
    from findings
    where check_status in ('fail', 'warn', 'note')

),

worst as (

    select
        check_name,
        min(status_rank) as worst_rank
    from ranked
    group by check_name

)

select
    ranked.check_name,
    ranked.check_status,
    ranked.check_date,
    ranked.finding,
    ranked.owner_name,
    ranked.remedy
from ranked
inner join worst
    on ranked.check_name = worst.check_name
order by
    worst.worst_rank asc,
    ranked.check_name asc,
    ranked.status_rank asc,
    ranked.check_date desc,
    ranked.finding asc
