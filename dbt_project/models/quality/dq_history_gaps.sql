{#
One row per run of more than four days without any loaded row between days with rows, for the two sources
whose days cannot be asked for at will: claude.ai (exports; Enterprise Analytics fills in) and Gemini (180 days).
#}
with

partitions as (

    select * from {{ ref('int_runs__partitions') }}
    where
        n_rows > 0
        and usage_date < {{ as_of_date() }}
        and (
            (source_name = 'claude_ai' and resource_name in ('audit_log', 'daily_users'))
            or source_name = 'gemini'
        )

),

days as (

    select
        source_name,
        usage_date
    from partitions
    group by source_name, usage_date

),

steps as (

    select
        source_name,
        usage_date as first_date_after,
        lag(usage_date) over (partition by source_name order by usage_date) as last_date_before
    from days

),

lengths as (

    select
        source_name,
        last_date_before,
        first_date_after,
        {{ dbt.datediff('last_date_before', 'first_date_after', 'day') }} - 1 as n_days
    from steps
    where last_date_before is not null

),

final as (

    select
        source_name,
        n_days,
        last_date_before,
        first_date_after,
        {{ finding_columns(
            check_name="'history_gap'",
            check_scope='source_name',
            finding=sentence([
                'source_name', "' has nothing of the '", 'n_days', "' days between '",
                'last_date_before', "' and '", 'first_date_after',
                "': nobody can be seen there; the vendor keeps 180 days'"
            ]),
            observed_value='n_days',
            check_date='last_date_before'
        ) }}
    from lengths
    where n_days > 4

)

select * from final
