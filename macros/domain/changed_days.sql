{#
Incremental by day, driven by content: a day is computed again when the fingerprint of its inputs
(int_runs__day_versions) is not the one its rows carry. So a revision, a late or vanished row, a backfill, a corrected
sheet and a day leaving the open window each recompute exactly the days they touch, and a second run nothing.

For the import CTEs of an incremental model: `where usage_date in ({{ changed_days() }})`.
#}
{% macro changed_days() -%}
select usage_date from {{ ref('int_runs__day_versions') }}
{%- if is_incremental() %}
    where input_version not in (select input_version from {{ this }})
{%- endif %}
{%- endmacro %}
