{#
One row per run of the loaders and source, up to the last run that brought something: what was read, what changed, what
failed. Later runs found nothing new, so nothing was built after them.
#}
with

extracts as (

    select * from {{ ref('int_runs__extracts') }}

),

last_change as (

    select max(started_at) as last_changed_at
    from extracts
    where n_partitions_changed > 0

),

final as (

    select
        min(extracts.started_at) as started_at,
        max(extracts.finished_at) as finished_at,
        extracts.source_name,
        count(*) as n_tables,
        count(case when extracts.run_status = 'ok' then 1 end) as n_read_tables,
        count(case when extracts.run_status = 'not_offered' then 1 end) as n_not_offered_tables,
        count(case when extracts.run_status not in ('ok', 'not_offered') then 1 end)
            as n_failed_tables,
        {{ sum_units('extracts.n_rows_read') }} as n_rows_read,
        {{ sum_units('extracts.n_partitions_changed') }} as n_partitions_changed,
        {{ sum_units('extracts.n_quarantined') }} as n_quarantined,
        extracts.extract_run_id,
        {{ surrogate_key(['extracts.source_name', 'extracts.extract_run_id']) }} as source_run_id
    from extracts
    inner join last_change
        on extracts.started_at <= last_change.last_changed_at
    group by extracts.source_name, extracts.extract_run_id

)

select * from final
