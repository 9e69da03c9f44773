{#
One row per spend limit of Anthropic that holds now: per member and period the one that the vendor applies, with what is used of it, and
every limit of the organisation, a service, workspace, group or seat tier, whose use the vendor does not state. Read only: nothing
here limits anything.
#}
with

limits as (

    select * from {{ ref('int_finance__spend_limits') }}

),

email_owners as (

    select * from {{ ref('int_identity__email_owners') }}

),

people as (

    select * from {{ ref('int_identity__people') }}
    where valid_from_date <= {{ as_of_date() }} and valid_to_date > {{ as_of_date() }}

),

final as (

    select
        limits.snapshot_date,
        coalesce(email_owners.person_email, limits.user_email) as person_email,
        people.team_name,
        limits.limit_scope_type,
        limits.limit_scope_key,
        limits.limit_source_type,
        limits.limit_period,
        limits.limit_usd,
        limits.used_of_limit_usd,
        {{ proportional_part(
            to_numeric('1'),
            'cast(limits.used_of_limit_usd * 1000000 as ' ~ dbt.type_bigint() ~ ')',
            'cast(limits.limit_usd * 1000000 as ' ~ dbt.type_bigint() ~ ')'
        ) }} as limit_used_ratio,
        limits.is_enabled,
        {{ surrogate_key([
            'limits.limit_scope_type', 'limits.limit_scope_key', 'limits.limit_period'
        ]) }} as spend_limit_key
    from limits
    left join email_owners
        on limits.user_email = email_owners.alias_email
    left join people
        on email_owners.person_id = people.person_id

)

select * from final
