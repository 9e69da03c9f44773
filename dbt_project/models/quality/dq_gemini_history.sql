{#
One row per Gemini whose loaded days begin later than those Google still keeps (180): each night another one is lost for
good. None while nothing is being lost.
#}
with

extracts as (

    select * from {{ ref('int_runs__extracts') }}
    where source_name = 'gemini' and run_status = 'ok'

),

reached as (

    select min(window_start_date) as first_read_date
    from extracts

),

kept as (

    select
        first_read_date,
        cast({{ dbt.dateadd('day', -180, as_of_date()) }} as date) as first_kept_date
    from reached

),

lost as (

    select
        first_read_date,
        first_kept_date,
        {{ dbt.datediff('first_kept_date', 'first_read_date', 'day') }} as n_days
    from kept

),

final as (

    select
        {{ finding_columns(
            check_name="'gemini_history'",
            check_scope="'gemini'",
            finding=sentence([
                "'Gemini has been read from '", 'first_read_date', "' on; Google still has the '",
                'n_days', "' days from '", 'first_kept_date', "' and drops one every night'"
            ]),
            observed_value='n_days',
            check_date='first_read_date'
        ) }},
        n_days
    from lost
    where n_days > 0

)

select * from final
