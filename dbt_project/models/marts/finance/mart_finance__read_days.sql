{#
One row per loaded UTC day, budget scope and value: whether all sources that the scope's money needs were read that day, so
that an amount of it can be told from a part of one and from nothing known.
#}
{{ daily_table('usage_date', cluster_by=['budget_scope', 'budget_scope_value']) }}
with

read_days as (

    select * from {{ ref('int_finance__read_days') }}

),

final as (

    select
        usage_date,
        budget_scope,
        scope_key as budget_scope_value,
        cast(n_sources_needed as {{ dbt.type_bigint() }}) as n_sources_needed,
        cast(n_sources_read as {{ dbt.type_bigint() }}) as n_sources_read,
        is_read,
        is_seats_tab_read,
        {{ surrogate_key(['budget_scope', 'scope_key', 'usage_date']) }} as read_day_id
    from read_days

)

select * from final
