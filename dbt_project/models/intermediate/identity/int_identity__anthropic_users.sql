{# One row per Console user, current or departed, with the newest e-mail known. #}
with

users as (

    select * from {{ ref('stg_anthropic__users') }}

),

ranked as (

    select
        anthropic_user_id,
        user_email,
        user_name,
        is_current,
        row_number() over (
            partition by anthropic_user_id
            order by version_started_at desc, user_email asc
        ) as version_rank
    from users

)

select
    anthropic_user_id,
    user_email,
    user_name,
    is_current
from ranked
where version_rank = 1
