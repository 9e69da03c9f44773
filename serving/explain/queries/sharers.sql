with

shared_lines as (

    select * from marts.mart_finance__spend_lines
    where paper_id in (select unnest($paper_ids)) and line_weight is not null

),

users as (

    select distinct
        origin_id,
        used_actor_type,
        used_actor_id
    from marts.mart_finance__spend_parts
    where origin_id in (select shared_lines.origin_id from shared_lines)

)

select
    shared_lines.paper_id,
    users.used_actor_type,
    users.used_actor_id,
    shared_lines.n_units,
    shared_lines.line_weight,
    shared_lines.line_usd
from shared_lines
inner join users
    on shared_lines.origin_id = users.origin_id
order by
    shared_lines.paper_id,
    shared_lines.line_weight desc,
    users.used_actor_type,
    users.used_actor_id,
    shared_lines.spend_line_id
