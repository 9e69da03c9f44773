{#
One row per UTC day, platform and person who demonstrably used it. Machines, shared mailboxes and keys nobody owns are no
people; whoever a vendor names by e-mail is one, listed in the directory or not.
#}
{{ daily_incremental(cluster_by=['platform', 'person_key']) }}
with

cursor_daily as (

    select * from {{ ref('int_usage__cursor_daily') }}
    where usage_date in ({{ changed_days() }})

),

claude_code_records as (

    select * from {{ ref('int_usage__claude_code_records') }}
    where usage_date in ({{ changed_days() }})

),

claude_tokens as (

    select * from {{ ref('int_usage__claude_model_tokens') }}
    where usage_date in ({{ changed_days() }})

),

claude_ai_daily as (

    select * from {{ ref('int_usage__claude_ai_daily') }}
    where usage_date in ({{ changed_days() }})

),

gemini_daily as (

    select * from {{ ref('int_usage__gemini_daily') }}
    where usage_date in ({{ changed_days() }})

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}
    where usage_date in ({{ changed_days() }})

),

platforms as (

    select * from {{ ref('platforms') }}

),

day_versions as (

    select * from {{ ref('int_runs__day_versions') }}

),

active_actors as (

    select
        'cursor' as platform,
        'person' as actor_type,
        user_email as actor_id,
        usage_date
    from cursor_daily
    where active_flag = 1

    union distinct

    select
        'claude_code' as platform,
        actor_type,
        actor_id,
        usage_date
    from claude_code_records
    where n_sessions > 0

    union distinct

    select
        platform,
        actor_type,
        actor_id,
        usage_date
    from claude_tokens
    where
        coalesce(uncached_input_tokens, 0)
        + coalesce(cache_read_tokens, 0)
        + coalesce(cache_write_tokens, 0)
        + coalesce(output_tokens, 0)
        > 0

    union distinct

    select
        'claude_ai' as platform,
        actor_type,
        actor_id,
        usage_date
    from claude_ai_daily
    where is_use

    union distinct

    select
        'gemini_workspace' as platform,
        actor_type,
        actor_id,
        usage_date
    from gemini_daily
    where n_active_events > 0

),

owned as (

    select
        active_actors.usage_date,
        active_actors.platform,
        coalesce(chosen.person_id, chosen.owner_email) as person_key,
        chosen.person_id,
        chosen.owner_email,
        chosen.team_name,
        chosen.department_name,
        chosen.cost_centre
    from active_actors
    inner join chosen
        on
            active_actors.platform = chosen.platform
            and active_actors.actor_type = chosen.actor_type
            and active_actors.actor_id = chosen.actor_id
            and active_actors.usage_date = chosen.usage_date
    where
        chosen.owner_email is not null
        -- An e-mail that only a sheet or a key's name knows may be a mailbox of machines.
        and (
            chosen.person_id is not null
            or chosen.attribution_method in ('direct_email_unlisted', 'vendor_actor_unlisted')
        )

),

final as (

    select
        owned.person_key,
        owned.person_id,
        day_versions.input_version,
        platforms.vendor,
        owned.platform,
        platforms.category,
        -- One person may come under two e-mails of his; the directory says the same of both.
        min(owned.owner_email) as person_email,
        min(owned.team_name) as team_name,
        min(owned.department_name) as department_name,
        min(owned.cost_centre) as cost_centre,
        owned.usage_date
    from owned
    inner join day_versions
        on owned.usage_date = day_versions.usage_date
    inner join platforms
        on owned.platform = platforms.platform
    group by
        owned.person_key,
        owned.person_id,
        day_versions.input_version,
        platforms.vendor,
        owned.platform,
        platforms.category,
        owned.usage_date

)

select * from final
