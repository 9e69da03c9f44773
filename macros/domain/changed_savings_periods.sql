{#
The periods whose fingerprint (savings_period_versions) is not the one that the model's rows carry, with their last day.
For the first import CTE of a model that is incremental by period.
#}
{% macro changed_savings_periods() -%}
select
        versions.*,
        cast(
            case versions.period_type
                when 'daily' then versions.period_start_date
                when 'weekly' then {{ dbt.dateadd('day', 6, 'versions.period_start_date') }}
                else {{ dbt.last_day('versions.period_start_date', 'month') }}
            end as date
        ) as period_end_date
    from ({{ savings_period_versions() }}) as versions
{%- if is_incremental() %}
    where versions.input_version not in (select distinct input_version from {{ this }})
{%- endif %}
{%- endmacro %}
