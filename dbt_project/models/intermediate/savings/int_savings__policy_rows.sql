{#
One row per line of the baseline_policies tab. A line that is no dated, approved policy of an organisation says why and is
nobody's baseline: savings must not rest on what nobody has approved, or on what was approved for no certain day.
#}
with

sheet_policies as (

    select * from {{ ref('stg_sheets__baseline_policies') }}

),

final as (

    select
        sheet_row,
        {{ sentence(["'row '", 'sheet_row', "' of the tab baseline_policies'"]) }}
            as policy_row_name,
        organization_id,
        baseline_provider,
        baseline_model,
        case
            when organization_id is null then 'no organisation'
            when baseline_provider is null then 'no provider'
            when valid_from_text is null then 'no first day'
            when valid_from_date is null or (valid_to_text is not null and valid_to_date is null)
                then 'unreadable date'
            when valid_to_date <= valid_from_date then 'ends before it begins'
            when approved_by is null then 'nobody has approved it'
        end as unusable_reason,
        valid_from_date,
        valid_to_date
    from sheet_policies

)

select * from final
