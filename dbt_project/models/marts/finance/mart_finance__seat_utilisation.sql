{#
One row per month, platform and team: seats held, days on which their holders used them, and the money of seats used,
not used and not to be told in the month. The three add up to the seats' share of the ledger. Teams of fewer than five
seats are `other teams`; where all of a platform together are fewer, whether they were used is not told.
#}
with

seat_holder_days as (

    select * from {{ ref('int_usage__seat_holder_days') }}

),

days as (

    select
        {{ trunc_date('month', 'usage_date') }} as month_start_date,
        sheet_row,
        vendor,
        platform,
        team_name,
        day_activity,
        -- A credit is money, not a seat.
        coalesce(monthly_usd, 0) >= 0 as is_seat,
        spend_usd
    from seat_holder_days

),

seat_months as (

    select
        month_start_date,
        sheet_row,
        case
            when max(case when day_activity = 'active' then 1 else 0 end) = 1 then 'used'
            -- One day without a report could have been the day of use.
            when max(case when day_activity = 'cannot_tell' then 1 else 0 end) = 1
                then 'cannot_tell'
            else 'unused'
        end as month_use
    from days
    group by month_start_date, sheet_row

),

judged as (

    select
        days.*,
        seat_months.month_use
    from days
    inner join seat_months
        on
            days.month_start_date = seat_months.month_start_date
            and days.sheet_row = seat_months.sheet_row

),

-- A team is shown by its seats of the month, which a group is judged by as by the people of a week.
seats as (

    select distinct
        vendor,
        platform,
        coalesce(team_name, '') as team_key,
        sheet_row as person_key,
        month_start_date as week_date,
        month_start_date as period_date
    from judged
    where is_seat

),

shown_seats as (

    {{ shown_groups('seats', within=['vendor', 'platform'], group='team_key') }}

),

named as (

    select
        judged.*,
        case when shown_seats.is_shown then judged.team_name else 'other teams' end
            as shown_team_name
    from judged
    left join shown_seats
        on
            judged.vendor = shown_seats.vendor
            and judged.platform = shown_seats.platform
            and coalesce(judged.team_name, '') = shown_seats.team_key
            and judged.month_start_date = shown_seats.period_date

),

few_seats as (

    select
        month_start_date,
        vendor,
        platform,
        shown_team_name
    from named
    group by month_start_date, vendor, platform, shown_team_name
    having count(distinct case when is_seat then sheet_row end) < {{ fewest_people() }}

),

told as (

    select
        named.month_start_date,
        named.vendor,
        named.platform,
        named.shown_team_name as team_name,
        named.sheet_row,
        named.is_seat,
        case when few_seats.platform is null then named.month_use else 'cannot_tell' end
            as month_use,
        case when few_seats.platform is null then named.day_activity else 'cannot_tell' end
            as day_activity,
        named.spend_usd
    from named
    left join few_seats
        on
            named.month_start_date = few_seats.month_start_date
            and named.vendor = few_seats.vendor
            and named.platform = few_seats.platform
            and coalesce(named.shown_team_name, '') = coalesce(few_seats.shown_team_name, '')

),

summed as (

    select
        month_start_date,
        vendor,
        platform,
        team_name,
        count(distinct case when is_seat then sheet_row end) as n_seats,
        count(distinct case when is_seat and month_use = 'used' then sheet_row end)
            as n_used_seats,
        count(distinct case when is_seat and month_use = 'unused' then sheet_row end)
            as n_idle_seats,
        count(distinct case when is_seat and month_use = 'cannot_tell' then sheet_row end)
            as n_unknown_seats,
        count(case when is_seat then sheet_row end) as n_seat_days,
        count(case when is_seat and day_activity <> 'cannot_tell' then sheet_row end)
            as n_observed_seat_days,
        count(case when is_seat and day_activity = 'active' then sheet_row end)
            as n_active_seat_days,
        sum(spend_usd) as seat_cost_usd,
        sum(case when month_use = 'used' then spend_usd else 0 end) as used_usd,
        sum(case when month_use = 'unused' then spend_usd else 0 end) as idle_usd,
        sum(case when month_use = 'cannot_tell' then spend_usd else 0 end) as unknown_usd
    from told
    group by month_start_date, vendor, platform, team_name

),

final as (

    select
        month_start_date,
        team_name,
        vendor,
        platform,
        n_seats,
        n_used_seats,
        n_idle_seats,
        n_unknown_seats,
        n_seat_days,
        n_observed_seat_days,
        n_active_seat_days,
        {{ share_of('n_active_seat_days', 'n_observed_seat_days') }} as active_seat_day_share,
        cast(seat_cost_usd as {{ numeric_type() }}) as seat_cost_usd,
        cast(used_usd as {{ numeric_type() }}) as used_usd,
        cast(idle_usd as {{ numeric_type() }}) as idle_usd,
        cast(unknown_usd as {{ numeric_type() }}) as unknown_usd,
        {{ surrogate_key(['month_start_date', 'platform', 'vendor', 'team_name']) }}
            as seat_utilisation_id
    from summed

)

select * from final
