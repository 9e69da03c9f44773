{#
One row per source that no run has ever read: what its vendor shows is in no figure.
#}
with

extracts as (

    select * from {{ ref('int_runs__extracts') }}

),

promises as (

    select * from {{ ref('source_freshness') }}

),

sources as (

    select
        source_name,
        count(*) as n_tables
    from promises
    group by source_name

),

read_sources as (

    select source_name
    from extracts
    group by source_name

),

final as (

    select
        sources.source_name,
        sources.n_tables,
        {{ finding_columns(
            check_name="'source_off'",
            check_scope='sources.source_name',
            finding=sentence([
                "'the source '", 'sources.source_name', "' has never been read: none of its '",
                'sources.n_tables', "' tables is in any figure'"
            ]),
            observed_value='sources.n_tables',
            check_date=as_of_date()
        ) }}
    from sources
    left join read_sources
        on sources.source_name = read_sources.source_name
    where read_sources.source_name is null

)

select * from final
