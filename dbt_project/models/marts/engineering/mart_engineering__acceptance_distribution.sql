{#
One row per month, coding agent, measure of acceptance and bucket of shares: how many people accepted so much of what they
were offered. Buckets are tenths; those with one to four people are told together with the one before, or, at the
beginning, after it.
#}
with

productivity as (

    select * from {{ ref('mart_engineering__productivity_daily') }}
    where is_person

),

months as (

    select * from {{ ref('int_runs__months') }}

),

offered as (

    {% for measure, counts in {
        'lines': ['n_comparable_accepted_lines_added', 'n_comparable_lines_added'],
        'tabs': ['n_comparable_tabs_accepted', 'n_comparable_tabs_shown'],
        'tool_actions': ['n_tool_actions_accepted', 'n_tool_actions_reviewed']
    }.items() %}
    select
        platform,
        '{{ measure }}' as acceptance_measure,
        person_key,
        sum({{ counts[0] }}) as n_accepted,
        sum({{ counts[1] }}) as n_offered,
        {{ trunc_date('month', 'usage_date') }} as month_start_date
    from productivity
    where {{ counts[1] }} is not null
    group by platform, person_key, month_start_date
    having sum({{ counts[1] }}) > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

tenths as (

    select
        platform,
        acceptance_measure,
        -- All of it belongs to the last tenth.
        least({{ whole_part('n_accepted', 10, 'n_offered') }}, 9) as tenth,
        count(*) as n_people,
        month_start_date
    from offered
    group by platform, acceptance_measure, tenth, month_start_date

),

numbered as (

    select
        *,
        greatest(
            sum(case when n_people >= {{ fewest_people() }} then 1 else 0 end) over (
                partition by platform, acceptance_measure, month_start_date
                order by tenth
                rows between unbounded preceding and current row
            ),
            1
        ) as bucket_number
    from tenths

),

buckets as (

    select
        platform,
        acceptance_measure,
        bucket_number,
        -- The lowest tenth of a later bucket is the one that is large enough.
        case when bucket_number = 1 then 0 else min(tenth) end as first_tenth,
        sum(n_people) as n_people,
        month_start_date
    from numbered
    group by platform, acceptance_measure, bucket_number, month_start_date

),

bounded as (

    select
        *,
        coalesce(
            lead(first_tenth) over (
                partition by platform, acceptance_measure, month_start_date
                order by bucket_number
            ),
            10
        ) as next_tenth
    from buckets

),

final as (

    select
        bounded.month_start_date,
        bounded.platform,
        bounded.acceptance_measure,
        cast(bounded.bucket_number as {{ dbt.type_bigint() }}) as bucket_number,
        {{ shift_decimal_point('bounded.first_tenth', 1) }} as lower_acceptance_share,
        {{ shift_decimal_point('bounded.next_tenth', 1) }} as upper_acceptance_share,
        cast(bounded.n_people as {{ dbt.type_bigint() }}) as n_people,
        months.is_complete_month,
        {{ surrogate_key([
            'bounded.month_start_date', 'bounded.platform', 'bounded.acceptance_measure',
            'bounded.bucket_number'
        ]) }} as acceptance_distribution_id
    from bounded
    inner join months
        on bounded.month_start_date = months.month_start_date
    -- Even all of them may be few.
    where bounded.n_people >= {{ fewest_people() }}

)

select * from final
