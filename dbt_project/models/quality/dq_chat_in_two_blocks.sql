{#
One row per UTC day on which claude.ai counts chat of a member in two blocks, that of Chat and that of Chat and Cowork unified. The
larger count is taken, measure by measure; whether the smaller one came on top of it the vendor does not say.
#}
with

daily_users as (

    select * from {{ ref('stg_claude_ai__daily_users') }}

),

doubtful as (

    select
        usage_date,
        least(n_chat_messages, n_unified_chat_messages) as n_doubtful_messages
    from daily_users
    where
        (n_chat_messages > 0 and n_unified_chat_messages > 0)
        or (n_chat_distinct_conversations > 0 and n_unified_chat_distinct_conversations > 0)

),

days as (

    select
        usage_date,
        count(*) as n_people,
        {{ sum_units('n_doubtful_messages') }} as n_doubtful_messages
    from doubtful
    group by usage_date

),

final as (

    select
        {{ finding_columns(
            check_name="'chat_in_two_blocks'",
            check_scope="'claude_ai'",
            finding=sentence([
                "'chat of '", 'n_people', "' members of '", 'usage_date',
                "' is counted both as chat and as Chat and Cowork unified: the larger count is taken, '",
                'n_doubtful_messages', "' messages are in doubt'"
            ]),
            observed_value='n_people',
            expected_value='0',
            check_date='usage_date'
        ) }},
        cast(n_people as {{ dbt.type_bigint() }}) as n_people,
        n_doubtful_messages
    from days

)

select * from final
