{#
One row per metric and analysis (effect, placebo): estimate, 98 % interval and p-value, on the logarithmic scale.

Randomisation inference. If the effect is t, what was delivered less t where a team had begun is what would have been
delivered anyway, and the order that happened is one of all orders. t is kept unless fewer than 2 % of the orders give a
comparison as large as the one that happened:

    share of orders o with |A(o) - t × B(o)| >= |estimate - t|   is above 2 %

A(o) is the comparison of what was delivered, B(o) of what would be seen of the effect if the teams had begun in the order
o. For each order that holds between (estimate - A) ÷ (1 - B) and (estimate + A) ÷ (1 + B), on both sides of the estimate;
so the interval ends at the ninth of 400 ends on each side. An order that says what happened says nothing about t: with
four teams 1 of 24 does, no t can be refused, and the interval has no end (NULL).

2 %, not 5: the mart is made anew every day, and whoever waits for an effect looks until there is one.
#}
{% set n_refused = 9 %}
with

order_effects as (

    select * from {{ ref('int_delivery__ai_order_effects') }}

),

found as (

    select
        metric_name,
        max(case when analysis = 'effect' then log_statistic end) as log_effect
    from order_effects
    where order_number = 0
    group by metric_name

),

-- In other orders than the true one a placebo may fall into weeks with the effect: it is taken out.
adjusted as (

    select
        order_effects.metric_name,
        order_effects.analysis,
        order_effects.order_number,
        order_effects.n_comparisons,
        order_effects.shown_statistic,
        case
            when order_effects.analysis = 'effect' then order_effects.log_statistic
            else
                order_effects.log_statistic
                - coalesce(found.log_effect, 0) * order_effects.treated_statistic
        end as log_statistic
    from order_effects
    inner join found
        on order_effects.metric_name = found.metric_name

),

estimates as (

    select
        metric_name,
        analysis,
        n_comparisons,
        log_statistic as log_estimate
    from adjusted
    where order_number = 0

),

compared as (

    select
        adjusted.metric_name,
        adjusted.analysis,
        estimates.n_comparisons,
        estimates.log_estimate,
        case
            when abs(adjusted.log_statistic) >= abs(estimates.log_estimate) - 0.000000001 then 1
            else 0
        end as as_large,
        case
            when abs(adjusted.shown_statistic) < 0.999999
                then
                    (estimates.log_estimate - adjusted.log_statistic)
                    / (1 - adjusted.shown_statistic)
        end as one_end,
        case
            when abs(adjusted.shown_statistic) < 0.999999
                then
                    (estimates.log_estimate + adjusted.log_statistic)
                    / (1 + adjusted.shown_statistic)
        end as other_end
    from adjusted
    inner join estimates
        on
            adjusted.metric_name = estimates.metric_name
            and adjusted.analysis = estimates.analysis

),

-- An end that is nowhere is written as one beyond all others.
ends as (

    select
        metric_name,
        analysis,
        n_comparisons,
        log_estimate,
        as_large,
        coalesce(least(one_end, other_end), -1000000.0) as low_end,
        coalesce(greatest(one_end, other_end), 1000000.0) as high_end
    from compared

),

ranked as (

    select
        *,
        row_number() over (partition by metric_name, analysis order by low_end asc) as low_rank,
        row_number() over (partition by metric_name, analysis order by high_end desc) as high_rank
    from ends

),

final as (

    select
        metric_name,
        analysis,
        n_comparisons,
        log_estimate,
        max(case when low_rank = {{ n_refused }} and low_end > -1000000.0 then low_end end)
            as log_low,
        max(case when high_rank = {{ n_refused }} and high_end < 1000000.0 then high_end end)
            as log_high,
        cast(
            round(avg(cast(as_large as {{ double_type() }})), 6) as {{ numeric_type() }}
        ) as p_share,
        count(*) as n_orders
    from ranked
    group by metric_name, analysis, n_comparisons, log_estimate

)

select * from final
