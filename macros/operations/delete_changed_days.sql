{#
The pre_hook of every incremental model: rows of outdated days go first, so that a day that lost
all its rows is emptied too.
#}
{% macro delete_changed_days() -%}
{%- if is_incremental() -%}
delete from {{ this }}
    where input_version not in (select input_version from {{ ref('int_runs__day_versions') }})
{%- endif -%}
{%- endmacro %}
