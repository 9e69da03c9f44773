{#
One row per UTC day and platform of which claude.ai charges users more than it says it charges the organisation. The users' rows stay
in the ledger: somebody was charged.
#}
with

totals as (

    select * from {{ ref('int_spend__claude_ai_totals') }}
    where beyond_users_usd < 0

),

final as (

    select
        {{ finding_columns(
            check_name="'organisation_total_below_users'",
            check_scope='platform',
            finding=sentence([
                "'claude.ai charges '", decimal_text('users_usd'), "' USD to users of '", 'platform', "' on '",
                'usage_date', "' and '", decimal_text('organization_usd'),
                "' USD to the organisation: the rows by user stand in the ledger'"
            ]),
            observed_value='-beyond_users_usd',
            expected_value='0',
            check_date='usage_date'
        ) }},
        organization_usd,
        users_usd
    from totals

)

select * from final
