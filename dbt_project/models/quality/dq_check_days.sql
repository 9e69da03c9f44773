{#
One row per check and date: the worst of its results, without scope and words, which may name people.
#}
with

results as (

    select * from {{ ref('dq_results') }}

),

ranked as (

    select
        *,
        case when check_status = 'ok' then 0 else 1 end as broken_flag,
        count(*) over (partition by check_name, check_date) as n_results,
        row_number() over (
            partition by check_name, check_date
            order by
                case check_status
                    when 'fail' then 0 when 'warn' then 1 when 'note' then 2 else 3
                end,
                abs(coalesce(observed_value, expected_value) - expected_value) desc,
                dq_result_id
        ) as badness_rank,
        max(check_date) over (partition by check_name) as last_check_date
    from results

),

broken as (

    select
        check_name,
        check_date,
        {{ sum_units('broken_flag') }} as n_broken_promises
    from ranked
    group by check_name, check_date

),

final as (

    select
        ranked.check_date,
        ranked.check_name,
        ranked.check_status,
        ranked.observed_value,
        ranked.expected_value,
        ranked.n_results,
        broken.n_broken_promises,
        ranked.remedy,
        ranked.is_build_breaking,
        ranked.check_date = ranked.last_check_date as is_last_result,
        {{ surrogate_key(['ranked.check_name', 'ranked.check_date']) }} as check_day_id
    from ranked
    inner join broken
        on
            ranked.check_name = broken.check_name
            and ranked.check_date = broken.check_date
    where ranked.badness_rank = 1

)

select * from final
