{#
One row per UTC day, metric, environment and team scope: the figure, its unit and definition, how much
it rests on, and why it is NULL where it is.
#}
with

metric_days as (

    select * from {{ ref('int_delivery__metric_days') }}

),

metric_types as (

    select * from {{ ref('development_metric_types') }}

),

all_days as (

    select distinct metric_date
    from metric_days

),

sources as (

    select distinct metric_source
    from metric_days

),

-- What nobody has recorded yet is a row without a value, and not a row that is missing.
unrecorded as (

    select
        metric_types.metric_type,
        all_days.metric_date
    from metric_types
    cross join all_days
    left join sources on metric_types.metric_source = sources.metric_source
    where sources.metric_source is null

),

valued as (

    select
        metric_types.metric_type,
        metric_types.metric_source,
        metric_types.unit,
        metric_types.metric_definition,
        metric_days.metric_date,
        metric_days.environment_key,
        metric_days.team_scope_level,
        metric_days.team_scope,
        metric_days.n_observations,
        metric_days.coverage_start_date,
        case
            when metric_days.is_before_coverage then 'before_coverage'
            when metric_days.is_of_few_people then 'few_people'
            when metric_days.n_observations = 0 and metric_types.aggregation <> 'count'
                then 'no_data'
        end as null_reason,
        case metric_types.aggregation
            when 'count' then cast(metric_days.n_observations as {{ numeric_type() }})
            when 'median' then metric_days.median_value
            when 'average'
                then {{ share_of('metric_days.value_sum', 'metric_days.n_observations') }}
            when 'ratio' then {{ share_of('metric_days.n_counted', 'metric_days.n_of') }}
        end as known_value
    from metric_days
    inner join metric_types on metric_days.metric_source = metric_types.metric_source

    union all

    select
        metric_types.metric_type,
        metric_types.metric_source,
        metric_types.unit,
        metric_types.metric_definition,
        unrecorded.metric_date,
        '' as environment_key,
        'all' as team_scope_level,
        'all' as team_scope,
        0 as n_observations,
        cast(null as date) as coverage_start_date,
        'not_recorded' as null_reason,
        cast(null as {{ numeric_type() }}) as known_value
    from unrecorded
    inner join metric_types on unrecorded.metric_type = metric_types.metric_type

)

select
    metric_date,
    metric_type,
    case
        when metric_source in ('test_runs', 'rules', 'documentation')
            then nullif(environment_key, '')
    end as environment,
    case when metric_source = 'deployments' then nullif(environment_key, '') end
        as deployment_environment,
    team_scope_level,
    team_scope,
    case when null_reason is null then known_value end as value,
    unit,
    case when coalesce(null_reason, '') <> 'few_people' then n_observations end as sample_size,
    metric_definition,
    null_reason,
    coverage_start_date,
    {{ surrogate_key([
        'metric_date', 'metric_type', 'environment_key', 'team_scope_level', 'team_scope'
    ]) }}
        as development_metric_id
from valued
