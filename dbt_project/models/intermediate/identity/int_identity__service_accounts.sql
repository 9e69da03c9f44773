{#
One row per service account of the vendor's list, current or gone, in its newest version: who made
it.
#}
with

service_accounts as (

    select * from {{ ref('stg_anthropic__service_accounts') }}

),

users as (

    select * from {{ ref('int_identity__anthropic_users') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by listed_account_id
            order by version_started_at desc, listed_account_name asc
        ) as version_rank
    from service_accounts

),

final as (

    select
        ranked.listed_account_id,
        ranked.listed_account_name,
        ranked.made_by_id,
        users.user_email as maker_email,
        ranked.created_at
    from ranked
    left join users
        on ranked.made_by_id = users.anthropic_user_id
    where ranked.version_rank = 1

)

select * from final
