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
        usage_date as next_loaded_date,
        lag(usage_date) over (partition by source_name order by usage_date) as last_loaded_date
    from days

),

lengths as (

    select
        source_name,
        last_loaded_date,
        next_loaded_date,
        {{ dbt.datediff('last_loaded_date', 'next_loaded_date', 'day') }} - 1 as n_days
    from steps
    where last_loaded_date is not null

),

final as (

    select
        {{ finding_columns(
            check_name="'history_gap'",
            check_scope='source_name',
            finding=sentence([
                'source_name', "' has nothing of the '", 'n_days', "' days between '",
                'last_loaded_date', "' and '", 'next_loaded_date',
                "': nobody can be seen there; the vendor keeps 180 days'"
            ]),
            observed_value='n_days',
            check_date='last_loaded_date'
        ) }},
        source_name,
        last_loaded_date,
        next_loaded_date,
        n_days
    from lengths
    where n_days > 4

)

select * from final
