{#
One row per run of the loaders and source, up to the last run that brought something: what was asked for, what was read, what
changed, how it ended. Later runs found nothing new, so nothing was built after them.
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

source_runs as (

    select
        min(extracts.started_at) as started_at,
        max(extracts.finished_at) as finished_at,
        extracts.source_name,
        min(extracts.window_start_date) as window_start_date,
        max(extracts.window_end_date) as window_end_date,
        count(*) as n_tables,
        count(case when extracts.run_status = 'ok' then 1 end) as n_read_tables,
        count(case when extracts.run_status = 'not_offered' then 1 end) as n_not_offered_tables,
        count(case when extracts.run_status not in ('ok', 'not_offered') then 1 end)
            as n_failed_tables,
        {{ sum_units('extracts.n_rows_read') }} as n_rows_read,
        {{ sum_units('extracts.n_partitions_changed') }} as n_partitions_changed,
        {{ sum_units('extracts.n_quarantined') }} as n_quarantined,
        -- One speaks for all where tables failed for several reasons.
        min(
            case
                when extracts.run_status not in ('ok', 'not_offered') then extracts.error_class
            end
        ) as error_class,
        max(extracts.loader_versions) as loader_versions,
        max(extracts.whole_run_id) as whole_run_id,
        extracts.extract_run_id
    from extracts
    inner join last_change
        on extracts.started_at <= last_change.last_changed_at
    group by extracts.source_name, extracts.extract_run_id

),

final as (

    select
        started_at,
        finished_at,
        source_name,
        window_start_date,
        window_end_date,
        case
            when n_failed_tables > 0 and n_read_tables = 0 then 'failed'
            when n_failed_tables > 0 then 'failed_in_part'
            when n_quarantined > 0 then 'rows_kept_out'
            else 'ok'
        end as run_outcome,
        error_class,
        n_tables,
        n_read_tables,
        n_not_offered_tables,
        n_failed_tables,
        n_rows_read,
        n_partitions_changed,
        n_quarantined,
        loader_versions,
        whole_run_id,
        extract_run_id,
        {{ surrogate_key(['source_name', 'extract_run_id']) }} as source_run_id
    from source_runs

)

select * from final
