{# The loaders' own record of one source: one row per run and table. #}
{% macro extract_runs(source_name) -%}
with

source as (

    select * from {{ source(source_name, 'extract_runs') }}

),

renamed as (

    select
        run_id as extract_run_id,
        resource_name,
        status as run_status,
        error as error_text,
        error_class,
        whole_run_id,
        loader_versions,
        since as window_start_date,
        until as window_end_date,
        n_rows_read,
        n_partitions_changed,
        n_quarantined,
        {{ utc_timestamp('started_at') }} as started_at,
        {{ utc_timestamp('finished_at') }} as finished_at

    from source

)

select * from renamed
{%- endmacro %}
