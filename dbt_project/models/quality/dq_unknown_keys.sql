{#
One row per API key that was used and that the directory of keys does not know, with its money.
#}
with

api_keys as (

    select * from {{ ref('dim_api_keys') }}
    where not is_listed and last_used_date is not null

),

ledger as (

    select * from {{ ref('fct_ai_spend_daily') }}
    where actor_type = 'api_key'

),

spend as (

    select
        actor_id,
        sum(spend_usd) as spend_usd
    from ledger
    group by actor_id

),

final as (

    select
        {{ finding_columns(
            check_name="'unknown_key'",
            check_scope='api_keys.api_key_id',
            finding=sentence([
                "'the key '", 'api_keys.api_key_id', "' was used until '", 'api_keys.last_used_date',
                "' for '", decimal_text('coalesce(spend.spend_usd, 0)'),
                "' USD and the directory does not know it: deleted, or of another organisation'"
            ]),
            observed_value='coalesce(spend.spend_usd, 0)',
            expected_value='0',
            check_date='api_keys.last_used_date'
        ) }},
        cast(coalesce(spend.spend_usd, 0) as {{ numeric_type() }}) as spend_usd,
        api_keys.api_key_id
    from api_keys
    left join spend
        on api_keys.api_key_id = spend.actor_id

)

select * from final
