{#
One row per organisation and period of validity: what it would use without routing. Where two approved rows claim a day,
the one that began later holds.
#}
with

policy_rows as (

    select
        *,
        coalesce(valid_to_date, cast('9999-12-31' as date)) as ends_before_date
    from {{ ref('int_savings__policy_rows') }}
    where unusable_reason is null

),

bounds as (

    select
        organization_id,
        valid_from_date as bound_date
    from policy_rows

    union distinct

    select
        organization_id,
        ends_before_date as bound_date
    from policy_rows

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
        policy_rows.baseline_provider,
        policy_rows.baseline_model,
        row_number() over (
            partition by periods.organization_id, periods.valid_from_date
            order by policy_rows.valid_from_date desc, policy_rows.sheet_row desc
        ) as claim_rank
    from periods
    inner join policy_rows
        on
            periods.organization_id = policy_rows.organization_id
            and periods.valid_from_date >= policy_rows.valid_from_date
            and periods.valid_from_date < policy_rows.ends_before_date

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
