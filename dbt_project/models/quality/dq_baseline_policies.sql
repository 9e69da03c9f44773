{#
One row per line of the baseline_policies tab that is nobody's baseline, per pair of lines that claim the same day of an
organisation, and per organisation with tasks on days without a baseline: their savings are unknown.
#}
with

policy_rows as (

    select
        *,
        coalesce(valid_to_date, cast('9999-12-31' as date)) as ends_before_date
    from {{ ref('int_savings__policy_rows') }}

),

days_without_baseline as (

    select * from {{ ref('int_savings__day_versions') }}
    where n_tasks > 0 and baseline_provider is null

),

unusable as (

    select
        'unusable_baseline' as found_check,
        policy_row_name as found_scope,
        {{ sentence([
            'policy_row_name', "' is no baseline of '", 'organization_id', "': '",
            'unusable_reason'
        ]) }} as found_sentence,
        1 as found_value,
        coalesce(valid_from_date, {{ as_of_date() }}) as found_date
    from policy_rows
    where unusable_reason is not null

),

overlapping as (

    select
        'baseline_overlap' as found_check,
        {{ sentence(['earlier.policy_row_name', "' and '", 'rivals.policy_row_name']) }}
            as found_scope,
        {{ sentence([
            'earlier.policy_row_name', "' and '", 'rivals.policy_row_name',
            "' are both the baseline of '", 'earlier.organization_id', "' from '",
            'rivals.valid_from_date', "': the one that began later is used'"
        ]) }} as found_sentence,
        1 as found_value,
        rivals.valid_from_date as found_date
    from policy_rows as earlier
    inner join policy_rows as rivals
        on
            earlier.organization_id = rivals.organization_id
            and earlier.valid_from_date <= rivals.valid_from_date
            and earlier.ends_before_date > rivals.valid_from_date
            and (
                earlier.valid_from_date < rivals.valid_from_date
                or earlier.sheet_row < rivals.sheet_row
            )
    where earlier.unusable_reason is null and rivals.unusable_reason is null

),

missing as (

    select
        'missing_baseline' as found_check,
        organization_id as found_scope,
        {{ sentence([
            'sum(n_tasks)', "' tasks of '", 'organization_id', "' on '", 'count(*)',
            "' days from '", 'min(usage_date)', "' to '", 'max(usage_date)',
            "' have no baseline: what they saved is unknown'"
        ]) }} as found_sentence,
        sum(n_tasks) as found_value,
        max(usage_date) as found_date
    from days_without_baseline
    group by organization_id

),

found as (

    select * from unusable

    union all

    select * from overlapping

    union all

    select * from missing

),

final as (

    select
        {{ finding_columns(
            check_name='found_check',
            check_scope='found_scope',
            finding='found_sentence',
            observed_value='found_value',
            check_date='found_date'
        ) }}
    from found

)

select * from final
