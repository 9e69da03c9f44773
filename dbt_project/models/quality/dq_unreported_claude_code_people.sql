{#
One row per month with people who, by Enterprise Analytics, used Claude Code on days on which the Claude
Code report does not name them: their sessions and lines are in no productivity figure.
#}
with

daily_users as (

    select * from {{ ref('stg_claude_ai__daily_users') }}
    where n_claude_code_distinct_sessions > 0 and user_email is not null

),

records as (

    select * from {{ ref('int_usage__claude_code_records') }}
    where actor_type = 'person'

),

reported as (

    select
        actor_id,
        usage_date
    from records
    group by actor_id, usage_date

),

unreported as (

    select
        daily_users.user_email,
        daily_users.n_claude_code_distinct_sessions as n_sessions,
        cast({{ trunc_date('month', 'daily_users.usage_date') }} as date) as month_start_date
    from daily_users
    left join reported
        on
            daily_users.user_email = reported.actor_id
            and daily_users.usage_date = reported.usage_date
    where reported.actor_id is null

),

months as (

    select
        month_start_date,
        count(distinct user_email) as n_people,
        count(*) as n_person_days,
        {{ sum_units('n_sessions') }} as n_sessions
    from unreported
    group by month_start_date

),

final as (

    select
        {{ finding_columns(
            check_name="'unreported_claude_code_person'",
            check_scope="'claude_code'",
            finding=sentence([
                'n_people', "' people with '", 'n_sessions', "' Claude Code sessions on '",
                'n_person_days', "' person-days of the month from '", 'month_start_date',
                "' are in Enterprise Analytics and not in the Claude Code report'"
            ]),
            observed_value='n_people',
            check_date='month_start_date'
        ) }},
        n_people,
        n_person_days,
        n_sessions
    from months

)

select * from final
