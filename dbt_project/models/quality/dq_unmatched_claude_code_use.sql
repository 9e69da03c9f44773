{#
One row per month in which more than a hundredth of what the Claude Code report has of people and keys that pay by API is
under no key, account or workspace of Claude Code in the messages report: it is counted, and may stand a second time under
a key that nobody calls Claude Code's, or whose owner nobody knows.
#}
with

report_lines as (

    select * from {{ ref('int_usage__claude_code_report_tokens') }}

),

shares as (

    select * from {{ ref('int_usage__claude_code_shares') }}
    where counted_by <> 'own'

),

both_sides as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        report_tokens as n_reported,
        0 as n_shared
    from report_lines

    union all

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        0 as n_reported,
        counted_tokens as n_shared
    from shares

),

months as (

    select
        month_start_date,
        {{ sum_units('n_reported') }} as reported_tokens,
        {{ sum_units('n_reported - n_shared') }} as unmatched_tokens
    from both_sides
    group by month_start_date

),

final as (

    select
        {{ finding_columns(
            check_name="'unmatched_claude_code_use'",
            check_scope="'claude_code'",
            finding=sentence([
                'unmatched_tokens', "' of '", 'reported_tokens',
                "' tokens that the Claude Code report has of use by API in the month from '",
                'month_start_date', "' are under no Claude Code key or workspace of the usage report'"
            ]),
            observed_value=share_of('unmatched_tokens', 'reported_tokens'),
            check_date='month_start_date'
        ) }},
        reported_tokens,
        unmatched_tokens
    from months
    where unmatched_tokens * 100 > reported_tokens

)

select * from final
