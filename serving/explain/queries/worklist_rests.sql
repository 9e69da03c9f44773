with

rests as (

    select
        actor_id,
        vendor,
        cost_component = 'seat' as is_seat,
        sum(spend_usd) as spend_usd,
        max(usage_date) as last_date
    from marts.fct_ai_spend_daily
    where usage_date >= $since and actor_type = 'unattributed'
    group by actor_id, vendor, is_seat

),

seats as (

    select
        parts.used_actor_id as actor_id,
        string_agg(distinct cast(lines.sheet_row as varchar), ', ') as sheet_rows
    from marts.mart_finance__spend_lines as lines
    inner join marts.mart_finance__spend_parts as parts
        on lines.origin_id = parts.origin_id
    where lines.usage_date >= $since and lines.sheet_row is not null
    group by parts.used_actor_id

)

select
    rests.*,
    workspaces.workspace_name,
    workspaces.n_members,
    case when rests.is_seat then seats.sheet_rows end as sheet_rows
from rests
left join marts.dim_workspaces as workspaces
    on rests.actor_id = 'unattributed:' || workspaces.workspace_key
left join seats
    on rests.actor_id = seats.actor_id
order by rests.spend_usd desc, rests.actor_id
