{#
One row per organisation and period of validity: what it would use without routing. Where two approved rows claim a day,
the one that began later holds.
#}
with

sheet_policies as (

    select
        *,
        coalesce(valid_from_date, cast('1900-01-01' as date)) as from_date,
        coalesce(valid_to_date, cast('9999-12-31' as date)) as to_date
    from {{ ref('stg_sheets__baseline_policies') }}
    where
        organization_id is not null
        and baseline_provider is not null
        and (valid_from_text is null or valid_from_date is not null)
        and (valid_to_text is null or valid_to_date is not null)

),

bounds as (

    select
        organization_id,
        from_date as bound_date
    from sheet_policies

    union distinct

    select
        organization_id,
        to_date as bound_date
    from sheet_policies

),

periods as (

    select
        organization_id,
        bound_date as valid_from_date,
        lead(bound_date) over (partition by organization_id order by bound_date) as valid_to_date
    from bounds

),

claimed as (

    select
        periods.organization_id,
        periods.valid_from_date,
        periods.valid_to_date,
        sheet_policies.baseline_provider,
        sheet_policies.baseline_model,
        row_number() over (
            partition by periods.organization_id, periods.valid_from_date
            order by sheet_policies.from_date desc, sheet_policies.sheet_row desc
        ) as claim_rank
    from periods
    inner join sheet_policies
        on
            periods.organization_id = sheet_policies.organization_id
            and periods.valid_from_date >= sheet_policies.from_date
            and periods.valid_from_date < sheet_policies.to_date

),

final as (

    select
        organization_id,
        baseline_provider,
        baseline_model,
        valid_from_date,
        valid_to_date
    from claimed
    where claim_rank = 1

)

select * from final
