{# One row per actor and run of days on which the mapping sheet names several owners for one key. #}
with

ranked as (

    select * from {{ ref('int_attribution__ranked') }}
    where is_mapping_conflict

),

conflicts as (

    select
        platform,
        actor_type,
        actor_id,
        count(distinct owner_email) as n_owners,
        min(owner_email) as first_owner_email,
        max(owner_email) as last_owner_email,
        min(usage_date) as first_conflict_date,
        max(usage_date) as last_conflict_date
    from ranked
    group by platform, actor_type, actor_id

),

final as (

    select
        {{ finding_columns(
            check_name="'mapping_conflict'",
            check_scope=dbt.concat([
                'actor_id', "' on '", 'platform', "': '", 'first_owner_email', "' or '",
                'last_owner_email'
            ]),
            finding=sentence([
                "'the mapping sheet gives '", 'actor_id', "' to '", 'n_owners', "' owners, '",
                'first_owner_email', "' and '", 'last_owner_email', "' among them, on days from '",
                'first_conflict_date', "' to '", 'last_conflict_date'
            ]),
            observed_value='n_owners',
            expected_value='1',
            check_date='last_conflict_date'
        ) }},
        actor_type,
        actor_id,
        platform,
        first_owner_email,
        last_owner_email,
        first_conflict_date,
        n_owners
    from conflicts

)

select * from final
