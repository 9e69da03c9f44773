{# One row: finance's decisions of the seed, each as a column. #}
with

finance_rules as (

    select * from {{ ref('finance_rules') }}

),

final as (

    select
        {% for rule, type in [
            ('settling_days', dbt.type_bigint()),
            ('backtest_nearby_days', dbt.type_bigint()),
            ('backtest_minimum', dbt.type_bigint()),
            ('anomaly_history_days', dbt.type_bigint()),
            ('anomaly_gap_days', dbt.type_bigint()),
            ('anomaly_z_open', numeric_type()),
            ('anomaly_z_continue', numeric_type()),
            ('anomaly_scale_floor', numeric_type()),
            ('anomaly_floor_usd', numeric_type()),
            ('anomaly_floor_ratio', numeric_type()),
            ('estimate_tolerance_ratio', numeric_type()),
            ('rounding_usd_per_invoice', numeric_type()),
            ('seat_match_ratio', numeric_type())
        ] %}
        cast(
            max(case when rule_id = '{{ rule }}' then {{ to_numeric('rule_value_text') }} end)
            as {{ type }}
        ) as {{ rule }},
        {% endfor %}
        count(*) as n_rules
    from finance_rules

)

select * from final
