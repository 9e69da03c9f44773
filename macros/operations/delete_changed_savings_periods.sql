{#
The pre_hook of models that are incremental by period of savings: rows of outdated periods go first.
#}
{% macro delete_changed_savings_periods() -%}
{%- if is_incremental() -%}
delete from {{ this }}
    where input_version not in (
        select versions.input_version from ({{ savings_period_versions() }}) as versions
    )
{%- endif -%}
{%- endmacro %}
