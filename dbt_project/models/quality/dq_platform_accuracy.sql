{#
One row per way of labelling: how many rows (day, actor, workspace) the platform rules put on the platform
that a person labelled (platform_labels), and how many the weaker rules alone would have put where the
strongest evidence, the workspace list or the mapping sheet, says.
#}
with

candidates as (

    select * from {{ ref('int_platform__candidates') }}

),

detected as (

    select * from {{ ref('int_platform__detected') }}

),

labels as (

    select * from {{ ref('platform_labels') }}
    where is_active

),

ranked as (

    select
        *,
        row_number() over (
            partition by usage_date, actor_type, actor_id, workspace_key
            order by rule_priority, platform_rule_id, evidence_value
        ) as candidate_rank
    from candidates

),

strong as (

    select * from ranked
    where
        candidate_rank = 1
        and platform_detection_method in ('workspace_id', 'workspace_name', 'key_mapping_platform')

),

weaker as (

    select
        strong.platform as labelled_platform,
        ranked.platform,
        strong.usage_date,
        row_number() over (
            partition by
                strong.usage_date, strong.actor_type, strong.actor_id, strong.workspace_key
            order by ranked.candidate_rank
        ) as weaker_rank
    from strong
    inner join ranked
        on
            strong.usage_date = ranked.usage_date
            and strong.actor_type = ranked.actor_type
            and strong.actor_id = ranked.actor_id
            and strong.workspace_key = ranked.workspace_key
            and strong.platform_detection_method <> ranked.platform_detection_method

),

judged as (

    select
        'platform_accuracy' as check_name,
        'rows labelled in platform_labels' as label_source,
        labels.platform as labelled_platform,
        detected.platform,
        detected.usage_date
    from detected
    inner join labels
        on detected.actor_id = labels.actor_id and detected.workspace_key = labels.workspace_key

    union all

    select
        'platform_accuracy_of_weaker_rules' as check_name,
        'rows whose workspace or mapping names the platform' as label_source,
        labelled_platform,
        platform,
        usage_date
    from weaker
    where weaker_rank = 1

),

totals as (

    select
        check_name,
        label_source,
        count(*) as n_labelled_records,
        count(case when platform = labelled_platform then 1 end) as n_correct_records,
        max(usage_date) as last_date
    from judged
    group by check_name, label_source

),

shares as (

    select
        *,
        {{ share_of('n_correct_records', 'n_labelled_records') }} as correct_share
    from totals

),

final as (

    select
        {{ finding_columns(
            check_name='check_name',
            check_scope='label_source',
            finding=sentence([
                'n_correct_records', "' of '", 'n_labelled_records', "' '", 'label_source',
                "case check_name when 'platform_accuracy' then ' are on that platform: ' else"
                ~ " ' would be on that platform by the weaker rules alone: ' end",
                percent_text('correct_share')
            ]),
            observed_value='correct_share',
            check_date='last_date'
        ) }},
        n_labelled_records,
        n_correct_records
    from shares

)

select * from final
