{#
One row per UTC day, platform, actor and model: tokens that Enterprise Analytics reports, under the platform of their product
(seed product_platforms; one that nobody has listed is claude.ai's). Of its product claude_code, which is Claude Code, only what the Claude Code report does not have: of people whom that report does not name on that day with
a subscription. (What it has of them under the API is use of another organisation.)
#}
with

user_usage as (

    select * from {{ ref('stg_claude_ai__user_usage') }}

),

records as (

    select * from {{ ref('int_usage__claude_code_records') }}
    where customer_type = 'subscription' and actor_type = 'person'

),

claude_users as (

    select * from {{ ref('int_identity__claude_users') }}

),

email_owners as (

    select * from {{ ref('int_identity__email_owners') }}

),

reported as (

    select distinct
        coalesce(email_owners.person_email, records.actor_id) as reported_email,
        records.usage_date
    from records
    left join email_owners
        on records.actor_id = email_owners.alias_email

),

product_platforms as (

    select * from {{ ref('product_platforms') }}
    where platform = 'claude_code'

),

named as (

    select
        user_usage.*,
        coalesce(user_usage.product, '') = 'claude_code' as is_claude_code,
        coalesce(product_platforms.platform, 'claude_ai') as platform,
        coalesce(user_usage.user_email, claude_users.user_email) as known_email
    from user_usage
    left join claude_users
        on user_usage.claude_user_id = claude_users.claude_user_id
    left join product_platforms
        on user_usage.product = product_platforms.product

),

counted as (

    select named.*
    from named
    left join email_owners
        on named.known_email = email_owners.alias_email
    left join reported
        on
            coalesce(email_owners.person_email, named.known_email) = reported.reported_email
            and named.usage_date = reported.usage_date
    where not named.is_claude_code or reported.usage_date is null

)

select
    platform,
    case
        when user_email is not null then 'person'
        when claude_user_id is not null then 'account'
        else 'unattributed'
    end as actor_type,
    coalesce(user_email, claude_user_id, 'unattributed:claude_ai') as actor_id,
    model,
    {{ sum_units('uncached_input_tokens') }} as uncached_input_tokens,
    {{ sum_units('cache_read_tokens') }} as cache_read_tokens,
    {{ sum_units('coalesce(
        cache_write_5m_tokens + cache_write_1h_tokens, cache_write_5m_tokens, cache_write_1h_tokens
    )') }} as cache_write_tokens,
    {{ sum_units('cache_write_5m_tokens') }} as cache_write_5m_tokens,
    {{ sum_units('cache_write_1h_tokens') }} as cache_write_1h_tokens,
    {{ sum_units('output_tokens') }} as output_tokens,
    {{ sum_units('n_web_searches') }} as n_web_searches,
    usage_date
from counted
group by platform, user_email, claude_user_id, model, usage_date
