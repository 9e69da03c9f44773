{#
One row per check, scope and date: what was seen, what was promised, who looks after it and what
to do.
#}
with

checks as (

    select * from {{ ref('quality_checks') }}

),

findings as (

    select * from {{ ref('dq_findings') }}

),

-- A check without a finding keeps a row of its own, so that a check that lost its rows cannot look
-- like one that passes.
index_rows as (

    select
        checks.check_name,
        'all' as check_scope,
        'nothing found' as finding,
        {{ to_numeric("'0'") }} as observed_value,
        {{ to_numeric('checks.promise') }} as expected_value,
        {{ as_of_date() }} as check_date,
        true as is_kept
    from checks
    left join findings
        on checks.check_name = findings.check_name
    where findings.check_name is null

),

expectations as (

    select
        findings.check_name,
        findings.check_scope,
        findings.finding,
        findings.observed_value,
        coalesce(findings.expected_value, {{ to_numeric('checks.promise') }}) as expected_value,
        checks.promise_kind,
        findings.check_date
    from findings
    inner join checks
        on findings.check_name = checks.check_name

),

judged as (

    select
        check_name,
        check_scope,
        finding,
        observed_value,
        expected_value,
        check_date,
        case promise_kind
            when 'at_least' then observed_value >= expected_value
            when 'at_most' then observed_value <= expected_value
            else false
        end as is_kept
    from expectations

),

all_rows as (

    select * from judged

    union all

    select * from index_rows

),

final as (

    select
        all_rows.check_date,
        all_rows.check_name,
        all_rows.check_scope,
        case when all_rows.is_kept then 'ok' else checks.status_if_broken end as check_status,
        all_rows.finding,
        cast(all_rows.observed_value as {{ numeric_type() }}) as observed_value,
        cast(all_rows.expected_value as {{ numeric_type() }}) as expected_value,
        checks.owner_name,
        checks.remedy,
        checks.is_build_breaking,
        {{ surrogate_key([
            'all_rows.check_name', 'all_rows.check_scope', 'all_rows.check_date'
        ]) }} as dq_result_id
    from all_rows
    inner join checks
        on all_rows.check_name = checks.check_name

)

select * from final
